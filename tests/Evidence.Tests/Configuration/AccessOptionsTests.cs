using Evidence.Node.Access;
using Evidence.Node.Configuration;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Configuration;

public sealed class AccessOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AccessOptionsTests()
    {
        Directory.CreateDirectory(_folder.At("keys"));
        File.WriteAllText(_folder.At("tls.pem"), "");
    }

    public void Dispose() => _folder.Dispose();

    private NodeOptions Read(string more, string listen = "http://127.0.0.1:0")
    {
        File.WriteAllText(_folder.At("node.json"), $$"""{"name":"n1","origin":"evidence.test/n1","listen":"{{listen}}",{{more}}}""");
        return NodeOptionsReader.Read(_folder.At("node.json"));
    }

    private IReadOnlyList<string> ErrorsOf(string more, string listen = "http://127.0.0.1:0") => Assert.Throws<ConfigurationException>(() => Read(more, listen)).Errors;

    [Fact]
    public void Lets_nobody_in_when_nothing_is_said()
    {
        var access = Read("\"peers\":[]").Access;
        Assert.True(access.Anonymous.IsEmpty);
        Assert.Equal(_folder.At("keys", "tokens.json"), access.TokensFile);
    }

    [Fact]
    public void Takes_what_anybody_may_be()
    {
        var access = Read("""
            "access":{"anonymous":["court","auditor"],"tokens":"t.json"}
            """).Access;
        Assert.Equal(RoleSet.Of([Role.Court, Role.Auditor]), access.Anonymous);
        Assert.Equal(_folder.At("t.json"), access.TokensFile);
    }

    [Fact]
    public void Names_a_role_that_is_none()
    {
        Assert.Contains(ErrorsOf("\"access\":{\"anonymous\":[\"king\"]}"), error => error.Contains("'king'", StringComparison.Ordinal) && error.Contains("archivist", StringComparison.Ordinal));
        Assert.Contains(ErrorsOf("\"access\":{\"anonymus\":[]}"), error => error.Contains("anonymus", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("submitter", false)]
    [InlineData("archivist", false)]
    [InlineData("administrator", false)]
    [InlineData("replica", false)]
    [InlineData("auditor", true)]
    [InlineData("court", true)]
    public void Opens_to_anybody_who_reaches_it_only_what_changes_nothing(string role, bool good)
    {
        var more = $$"""
            "tls":{"certificate":"tls.pem","key":"tls.pem"},"access":{"anonymous":["{{role}}"]}
            """;
        if (good) Assert.Equal(role, Read(more, "https://0.0.0.0:7401").Access.Anonymous.ToString());
        else Assert.Contains(ErrorsOf(more, "https://0.0.0.0:7401"), error => error.Contains("everybody who reaches the port", StringComparison.Ordinal));
        Assert.Equal(role, Read(more, "https://127.0.0.1:7401").Access.Anonymous.ToString());
    }
}
