using System.CommandLine;
using Evidence.Core;

namespace Evidence.Cli.Commands;

/// <summary>The argument that names a record.</summary>
internal static class RecordArgument
{
    internal static Argument<string> Make() => new("RECORD")
    {
        Description = "The record's number, as `evidence archive` and `evidence list` print it. 档案编号",
    };

    internal static RecordId Read(Session session, Argument<string> argument) =>
        RecordId.TryParse(session.Get(argument), out var id)
            ? id
            : throw CliException.Usage($"'{session.Get(argument)}' is not a record number (36 characters such as 0198c1d2-7a3b-7c4d-8e5f-001122334455)");
}
