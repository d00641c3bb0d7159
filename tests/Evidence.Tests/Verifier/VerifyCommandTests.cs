using System.Globalization;
using System.IO.Pipes;
using System.Reflection;
using System.Text.Json.Nodes;
using Evidence.Tests.Cli;
using Evidence.Tests.Package.Making;
using Evidence.Verifier;

namespace Evidence.Tests.Verifier;

public sealed class VerifyCommandTests : IDisposable
{
    private static readonly string Good = Path.Combine(PackageVectors.Folder, "good"), Bad = Path.Combine(PackageVectors.Folder, "bad");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evidence-verify");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("good", "qbft", ExitCode.Intact, "INTACT 一致")]
    [InlineData("good", "several_records", ExitCode.Intact, "3 records")]
    [InlineData("bad", "E101_content", ExitCode.Altered, "E101 error")]
    [InlineData("bad", "E502_not_anchored", ExitCode.Undetermined, "E502 warning")]
    public void Says_the_verdict_and_ends_with_its_code(string kind, string name, int code, string text)
    {
        var folder = Path.Combine(PackageVectors.Folder, kind, name);
        var run = Run(Path.Combine(folder, "package.zip"), "--trust", Path.Combine(folder, "trust.json"));
        Assert.Equal((code, ""), (run.Code, run.Error));
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Prints_the_report_as_json_on_which_verifiers_agree()
    {
        var folder = Path.Combine(Bad, "E516_qbft_two_of_four_seals");
        var json = JsonNode.Parse(Run(Path.Combine(folder, "package.zip"), "--trust", Path.Combine(folder, "trust.json"), "--json").Output)!;
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!;
        foreach (var (name, value) in expected.AsObject()) Assert.True(JsonNode.DeepEquals(value, json[name]), name);
        Assert.Equal("evidence.report/1", (string?)json["format"]);
    }

    [Fact]
    public void Leaves_the_ledger_undetermined_without_trust_json_and_says_so()
    {
        var run = Run(Path.Combine(Good, "qbft", "package.zip"));
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("Without --trust", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Holds_paper_against_the_package()
    {
        var (package, trust) = (Path.Combine(Good, "qbft", "package.zip"), Path.Combine(Good, "qbft", "trust.json"));
        var text = (string)JsonNode.Parse(Run(package, "--json").Output)!["certificate"]!;
        Assert.Equal(ExitCode.Intact, Run(package, "--trust", trust, "--certificate", text.ToLowerInvariant()).Code);
        var other = Run(package, "--trust", trust, "--certificate", text.Replace(":18", ":19", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Altered, other.Code);
        Assert.Contains("E707", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Judges_one_record_of_several()
    {
        var (package, trust) = (Path.Combine(Good, "several_records", "package.zip"), Path.Combine(Good, "several_records", "trust.json"));
        var run = Run(package, "--trust", trust, "--record", "019a0000-0000-7000-8000-000000000002");
        Assert.Equal(ExitCode.Intact, run.Code);
        Assert.Contains("019a0000-0000-7000-8000-000000000002", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Undetermined, Run(package, "--trust", trust, "--record", "019a0000-0000-7000-8000-0000000000ff").Code);
    }

    [Fact]
    public void Writes_a_page_that_escapes_what_others_wrote()
    {
        var page = Path.Combine(_folder.FullName, "report.html");
        var package = Path.Combine(_folder.FullName, "a<b>.zip");
        File.Copy(Path.Combine(Good, "qbft", "package.zip"), package);
        Assert.Equal(ExitCode.Intact, Run(package, "--trust", Path.Combine(Good, "qbft", "trust.json"), "--html", page).Code);
        var html = File.ReadAllText(page);
        Assert.Contains("a&lt;b&gt;.zip", html, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(package))), html, StringComparison.Ordinal);
        Assert.Contains("INTACT 一致", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_what_is_wrong_with_the_command()
    {
        var package = Path.Combine(Good, "qbft", "package.zip");
        foreach (var arguments in new string[][] { [], ["--trust"], [package, "--loud"], [package, package], [package, "--record", "17"], ["/nothing/here.zip"], [package, "--trust", "/nothing/here.json"], [package, "--trust", package], [package, "--html", ""], [package, "--trust", "/dev/zero"], [package, "--trust", _folder.FullName], [_folder.FullName], ["/dev/zero"] })
            Assert.Equal(ExitCode.Usage, Run(arguments).Code);
        Assert.Equal(ExitCode.Intact, Run("--help").Code);
    }

    [Fact]
    public void Has_no_code_for_networks()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Walk(typeof(VerifyCommand).Assembly, seen);
        Assert.Contains("Evidence.Core", seen);
        Assert.DoesNotContain(seen, static name => name.StartsWith("System.Net", StringComparison.Ordinal) || name.Contains("AspNetCore", StringComparison.Ordinal) || name.Contains("Grpc", StringComparison.Ordinal));
        Assert.DoesNotContain(seen, static name => name.StartsWith("Evidence.", StringComparison.Ordinal) && name != "Evidence.Core");
    }

    /// <summary>The assemblies that are shipped with the program beside the framework's own, and what all of them refer to.</summary>
    private static void Walk(Assembly assembly, HashSet<string> seen)
    {
        foreach (var reference in assembly.GetReferencedAssemblies())
        {
            var name = reference.Name!;
            if (seen.Add(name) && (name.StartsWith("Evidence.", StringComparison.Ordinal) || name.StartsWith("BouncyCastle", StringComparison.Ordinal))) Walk(Assembly.Load(reference), seen);
        }
    }

    [Fact]
    public void Answers_whatever_happens_to_it()
    {
        var run = Run(new BrokenWriter(new InvalidOperationException("broken\u001b[2J")), Path.Combine(Good, "qbft", "package.zip"));
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("UNDETERMINED 无法判定: this is a fault of the program itself, please report it: InvalidOperationException: broken\\u{1b}[2J", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", "qbft")]
    [InlineData("good", "qbft", "--json")]
    [InlineData("bad", "E101_content", "--json")]
    public void Is_undetermined_when_nobody_can_have_read_the_answer(string kind, string name, params string[] options)
    {
        var folder = Path.Combine(PackageVectors.Folder, kind, name);
        var run = Run(new BrokenWriter(new IOException("No space left on device")), [Path.Combine(folder, "package.zip"), "--trust", Path.Combine(folder, "trust.json"), .. options]);
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("the answer cannot be written: No space left on device", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_with_its_code_when_not_even_the_reason_can_be_written()
    {
        using var broken = new BrokenWriter(new UnauthorizedAccessException("the output is closed"));
        Assert.Equal(ExitCode.Usage, VerifyCommand.Run(["/nothing/here.zip", "--json"], broken, broken));
        Assert.Equal(ExitCode.Undetermined, VerifyCommand.Run([Path.Combine(Good, "qbft", "package.zip")], broken, broken));
    }

    [Fact]
    public void Says_as_json_too_why_there_is_no_report()
    {
        var run = Run("/nothing/here.zip", "--json");
        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Error));
        var json = JsonNode.Parse(run.Output)!;
        Assert.Equal(ExitCode.Usage, (int)json["exitCode"]!);
        Assert.Contains("/nothing/here.zip", (string)json["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_the_verdict_also_when_the_page_cannot_be_written()
    {
        var occupied = Directory.CreateDirectory(Path.Combine(_folder.FullName, "occupied"));
        foreach (var (kind, name, code) in new[] { ("good", "qbft", ExitCode.Undetermined), ("bad", "E101_content", ExitCode.Altered) })
            foreach (var page in new[] { "/nothing/here.html", "/dev/full", occupied.FullName })
            {
                var folder = Path.Combine(PackageVectors.Folder, kind, name);
                var run = Run(Path.Combine(folder, "package.zip"), "--trust", Path.Combine(folder, "trust.json"), "--html", page, "--json");
                Assert.Equal((code, kind == "good" ? "INTACT" : "ALTERED"), (run.Code, (string?)JsonNode.Parse(run.Output)!["whole"]));
                Assert.Contains($"the page {page} cannot be written", run.Error, StringComparison.Ordinal);
                Assert.Equal([occupied.FullName], Directory.GetFileSystemEntries(_folder.FullName));
            }
    }

    [Fact]
    public void Writes_no_page_over_what_it_reads()
    {
        var (package, trust) = (Path.Combine(_folder.FullName, "package.zip"), Path.Combine(_folder.FullName, "trust.json"));
        File.Copy(Path.Combine(Good, "qbft", "package.zip"), package);
        File.Copy(Path.Combine(Good, "qbft", "trust.json"), trust);
        var link = File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link.html"), package).FullName;
        var before = File.ReadAllBytes(package);
        foreach (var page in new[] { package, trust, link, Path.Combine(_folder.FullName, ".", "package.zip") })
        {
            var run = Run(package, "--trust", trust, "--html", page);
            Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Output));
            Assert.Contains("would overwrite", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllBytes(package));
        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
    }

    [Fact]
    public void Judges_nothing_when_a_file_leads_nowhere()
    {
        var link = File.CreateSymbolicLink(Path.Combine(_folder.FullName, "dangling"), Path.Combine(_folder.FullName, "nothing")).FullName;
        Assert.Equal(ExitCode.Usage, Run(link).Code);
        Assert.Equal(ExitCode.Usage, Run(Path.Combine(Good, "qbft", "package.zip"), "--trust", link).Code);
    }

    [Fact]
    public void Takes_a_package_from_no_pipe_and_trust_json_from_one()
    {
        var refused = RunOnPipe("package.zip", static end => [end]);
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("is a pipe", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Intact, RunOnPipe("trust.json", static end => [Path.Combine(Good, "qbft", "package.zip"), "--trust", end]).Code);
    }

    private static (int Code, string Output, string Error) RunOnPipe(string member, Func<string, string[]> arguments)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = pipe.ClientSafePipeHandle;
        pipe.Write(File.ReadAllBytes(Path.Combine(Good, "qbft", member))); // fits into the pipe
        pipe.Dispose();
        return Run(arguments($"/proc/self/fd/{end.DangerousGetHandle()}"));
    }

    [Fact]
    public async Task Waits_for_no_pipe_that_nobody_writes_to()
    {
        var (pipe, package) = (Path.Combine(_folder.FullName, "trust.json"), Path.Combine(Good, "qbft", "package.zip"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe)) await made.WaitForExitAsync();
        foreach (var arguments in (string[][])[[package, "--trust", pipe], [pipe]])
        {
            var run = await Task.Run(() => Run(arguments)).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Contains("is a pipe", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Writes_a_page_that_its_owner_alone_can_read_and_over_no_other_one_unless_it_is_told_to()
    {
        var (page, package) = (Path.Combine(_folder.FullName, "report.html"), Path.Combine(Good, "qbft", "package.zip"));
        File.WriteAllText(page, "mine");
        var refused = Run(package, "--html", page);
        Assert.Equal((ExitCode.Usage, "", "mine"), (refused.Code, refused.Output, File.ReadAllText(page)));
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Undetermined, Run(package, "--html", page, "--force").Code);
        Assert.Contains("<html", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(page));
    }

    [Fact]
    public void Takes_one_certificate_in_each_root_of_trust_json()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Good, "qbft", "trust.json")))!;
        var (root, file) = ((string)json["signatureRoots"]![0]!, Path.Combine(_folder.FullName, "trust.json"));
        foreach (var second in new[] { root, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n!" })
        {
            json["signatureRoots"]![0] = $"{root}\n{second}\n";
            File.WriteAllText(file, json.ToJsonString());
            var run = Run(Path.Combine(Good, "qbft", "package.zip"), "--trust", file);
            Assert.Equal(ExitCode.Usage, run.Code);
            Assert.Contains("it is not one PEM certificate", run.Error, StringComparison.Ordinal);
        }
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var (code, error) = Run(output, arguments);
        return (code, output.ToString(), error);
    }

    private static (int Code, string Error) Run(TextWriter output, params string[] arguments)
    {
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        return (VerifyCommand.Run(arguments, output, error), error.ToString());
    }
}
