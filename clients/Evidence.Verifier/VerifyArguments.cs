using Evidence.Core;

namespace Evidence.Verifier;

/// <summary>The command line.</summary>
/// <param name="Package">The package's file, or the folder of a backup medium.</param>
/// <param name="Trust">trust.json, or null.</param>
/// <param name="Certificate">The text of a certificate on paper, or null.</param>
/// <param name="Record">The one record that is asked about; null for all.</param>
/// <param name="Html">Where the report goes as a printable page, or null.</param>
/// <param name="Force">Whether the page may take the place of a file that is there.</param>
/// <param name="Json">Whether the report is printed as JSON.</param>
internal sealed record VerifyArguments(string Package, string? Trust, string? Certificate, RecordId? Record, string? Html, bool Force, bool Json)
{
    internal const string Usage =
        """
        evidence-verify PACKAGE [--trust trust.json] [--record ID] [--certificate TEXT] [--json] [--html FILE [--force]]

        Checks an evidence package, or a whole backup medium, offline. 离线验证证据包或备份介质
          PACKAGE             the evidence package, a zip file; or the folder that `evidence backup` wrote 证据包或备份介质目录
          --trust FILE        trust.json, had from someone you trust and not from the archive; without it the
                              ledger is undetermined 信任文件，须从其他可信途径取得
          --record ID         judge only this record of the package 只验证该记录
          --certificate TEXT  hold the text of a certificate (its QR code) against the package 核对存证证明
          --json              print the report as JSON
          --html FILE         write the report as a page for printing 输出可打印的验证报告
          --force             let the page replace a file that is there 覆盖已有文件

        Exit codes: 0 INTACT 一致, 1 ALTERED 不一致, 2 wrong usage or a file that cannot be opened,
        4 UNDETERMINED 无法判定, or an answer or a page that cannot be written.

        """;

    /// <exception cref="UsageException">Says what is wrong.</exception>
    internal static VerifyArguments Parse(IReadOnlyList<string> arguments)
    {
        var (values, json, force) = (new Dictionary<string, string>(StringComparer.Ordinal), false, false);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--json") json = true;
            else if (argument == "--force") force = true;
            else if (argument is "--trust" or "--record" or "--certificate" or "--html") Set(values, argument, ++i < arguments.Count ? arguments[i] : throw new UsageException($"{argument} needs a value."));
            else if (argument.StartsWith('-')) throw new UsageException($"The option {argument} is not known.");
            else Set(values, "PACKAGE", argument);
        }

        if (!values.TryGetValue("PACKAGE", out var package)) throw new UsageException("Name the package to verify.");
        if (values.TryGetValue("--html", out var html)) CheckPage(html, force, package, values.GetValueOrDefault("--trust"));
        return new VerifyArguments(package, values.GetValueOrDefault("--trust"), values.GetValueOrDefault("--certificate"), RecordOf(values.GetValueOrDefault("--record")), html, force, json);
    }

    private static void Set(Dictionary<string, string> values, string name, string value)
    {
        if (!values.TryAdd(name, value)) throw new UsageException($"{name} is given twice.");
    }

    /// <summary>Before anything is read.</summary>
    private static void CheckPage(string page, bool force, string package, string? trust)
    {
        if (page.Length == 0) throw new UsageException("--html needs the name of a file.");
        foreach (var input in new[] { package, trust }.OfType<string>())
            if (RegularFile.AreOne(page, input)) throw new UsageException($"--html {page} would overwrite {input}, which is to be read.");
        if (!force && File.Exists(page) && !RegularFile.IsStream(page)) throw new UsageException($"--html {page} is there already and was left as it is: name another file, or give --force to replace it. 文件已存在，未覆盖");
    }

    private static RecordId? RecordOf(string? text)
    {
        if (text is null) return null;
        return RecordId.TryParse(text, out var record) ? record : throw new UsageException($"'{text}' is not a record number.");
    }
}
