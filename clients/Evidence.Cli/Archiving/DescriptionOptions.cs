using System.CommandLine;
using Evidence.V1;

namespace Evidence.Cli.Archiving;

/// <summary>The options that describe a record.</summary>
internal static class DescriptionOptions
{
    private static readonly Option<string> Title = Make("--title", "Title; else the file's name. 题名");
    private static readonly Option<string> Fonds = Make("--fonds", "Fonds. 全宗");
    private static readonly Option<string> Series = Make("--series", "Series. 类别");
    private static readonly Option<string> FileNumber = Make("--file-number", "File number. 档号");
    private static readonly Option<string> Retention = Make("--retention", "Retention period. 保管期限");
    private static readonly Option<string> SecurityClass = Make("--class", "Security class. 密级");

    private static readonly Option<string[]> Fields = new("--field")
    {
        Description = "A further field, NAME=VALUE; may be given more than once.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    internal static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Title, Fonds, Series, FileNumber, Retention, SecurityClass, Fields }) command.Options.Add(option);
    }

    /// <summary>What is said of every record; without --title its title is left empty.</summary>
    internal static Description Read(Session session)
    {
        var description = new Description
        {
            Title = session.Get(Title),
            Fonds = session.Get(Fonds),
            Series = session.Get(Series),
            FileNumber = session.Get(FileNumber),
            RetentionPeriod = session.Get(Retention),
            SecurityClass = session.Get(SecurityClass),
        };
        foreach (var field in session.Get(Fields))
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw CliException.Usage($"--field {field}: write it as NAME=VALUE");
            if (description.Fields.ContainsKey(field[..at])) throw CliException.Usage($"--field {field[..at]} is given twice");
            description.Fields.Add(field[..at], field[(at + 1)..]);
        }
        return description;
    }

    private static Option<string> Make(string name, string description) =>
        new(name) { Description = description, HelpName = "TEXT", DefaultValueFactory = _ => "" };
}
