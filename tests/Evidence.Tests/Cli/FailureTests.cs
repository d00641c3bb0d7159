using Evidence.Cli;
using Evidence.Storage;

namespace Evidence.Tests.Cli;

public sealed class FailureTests
{
    [Fact]
    public void A_machine_that_hashes_wrongly_could_not_check()
    {
        var explained = Failure.Explain(new HashesDifferException("This machine hashes wrongly."));
        Assert.Equal((ExitCode.Undetermined, "This machine hashes wrongly."), (explained.Code, explained.Message));
    }

    [Fact]
    public void Storage_that_cannot_do_what_was_asked_is_a_matter_of_the_command() =>
        Assert.Equal(ExitCode.Usage, Failure.Explain(new DataFolderInUseException("in use")).Code);
}
