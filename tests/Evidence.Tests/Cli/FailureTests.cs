using Evidence.Cli;
using Evidence.Ledger;
using Evidence.Storage;
using Evidence.Tests.Package.Making;
using Spectre.Console;

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

    [Fact]
    public async Task Shows_what_others_wrote_as_it_is_and_on_no_line_of_its_own()
    {
        const string Hostile = "no such \u001b[2J\u001b]0;title\u0007 method\nevidence: INTACT\u202e";
        const string Plain = "no such \\u{1b}[2J\\u{1b}]0;title\\u{7} method\\u{a}evidence: INTACT\\u{202e}";
        Assert.Equal(Plain, Failure.Explain(new LedgerRejectedException(Hostile)).Message);
        Assert.Equal(Plain, Failure.Explain(new LedgerUnreachableException(Hostile)).Message);
        Assert.Equal("evidence: 'no\\u{1b}[2J", (await CommandRun.Of("verify", "no\u001b[2J\nINTACT")).Error.Split(Environment.NewLine)[0]);
        Assert.DoesNotContain('\u001b', (await CommandRun.Of("verify", "--no\u001b[2J")).Error);
        Assert.DoesNotContain($"{Environment.NewLine}INTACT", (await CommandRun.Of("verify", "no\nINTACT")).Error, StringComparison.Ordinal);

        var output = new StringWriter();
        TerminalOutput.On(output).WriteLine("\u001b[2J\u001b]0;title\u0007\u202e");
        Assert.Equal($"\\u{{1b}}[2J\\u{{1b}}]0;title\\u{{7}}\\u{{202e}}{Environment.NewLine}", output.ToString());
    }

    [Theory]
    [InlineData(ExitCode.Undetermined, "the answer cannot be written: No space left on device", "verify", "--json")]
    [InlineData(ExitCode.Undetermined, "the answer cannot be written: No space left on device", "verify")]
    [InlineData(ExitCode.Undetermined, "the help cannot be written: No space left on device", "--help")]
    [InlineData(ExitCode.Usage, "'no-such-file' is neither", "verify", "no-such-file", "--json")]
    public async Task Says_on_the_other_output_that_an_answer_cannot_be_written(int code, string reason, params string[] arguments)
    {
        var folder = Path.Combine(PackageVectors.Folder, "good", "qbft");
        string[] package = arguments is ["verify"] or ["verify", "--json"] ? [Path.Combine(folder, "package.zip"), "--trust", Path.Combine(folder, "trust.json")] : [];
        using var full = new BrokenWriter(new IOException("No space left on device"));
        var error = new StringWriter();
        Assert.Equal(code, await EvidenceCommand.RunAsync([.. arguments, .. package], full, error, TimeProvider.System, CancellationToken.None));
        Assert.StartsWith($"evidence: {reason}", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(code, await EvidenceCommand.RunAsync([.. arguments, .. package], full, full, TimeProvider.System, CancellationToken.None));
    }
}
