using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Configuration;

public sealed class NodeInitializerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Makes_keys_that_only_the_owner_can_read()
    {
        NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        foreach (var key in (string[])["log.key", "witness.key", "operator.key"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("n", "keys", key)));
    }

    [Fact]
    public void Says_the_public_identity()
    {
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        var key = VerifierKey.Parse(node.LogKey);
        Assert.Equal(("evidence.local/n1", VerifierKey.Ed25519Note, node.LogId), (key.Name, key.Algorithm, key.LogId.ToString()));
        Assert.Equal(("witness.n1", VerifierKey.CosignatureV1), (VerifierKey.Parse(node.WitnessKey).Name, VerifierKey.Parse(node.WitnessKey).Algorithm));
        Assert.Matches("^0x[0-9a-fA-F]{40}$", node.OperatorAddress);
    }

    [Fact]
    public void Makes_a_configuration_that_can_be_read()
    {
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1", Listen: "http://127.0.0.1:7499"));
        var options = NodeOptionsReader.Read(node.ConfigFile);
        Assert.Equal(("n1", 7499, _folder.At("n", "data")), (options.Name, options.Listen.Port, options.DataFolder));
    }

    [Fact]
    public void Keeps_keys_and_configuration_when_called_again()
    {
        var first = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        File.AppendAllText(first.ConfigFile, "\n");
        Assert.Equal(first, NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1")));
        Assert.EndsWith("\n\n", File.ReadAllText(first.ConfigFile), StringComparison.Ordinal);
        Assert.Equal(first, NodeInitializer.Describe(first.ConfigFile));
    }

    [Fact]
    public void Refuses_the_folder_of_another_node()
    {
        NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        Assert.Contains("n1", Assert.Throws<ConfigurationException>(() => NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_no_configuration_behind_that_cannot_be_read()
    {
        Assert.Throws<ConfigurationException>(() => NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("a b")));
        Assert.Equal("n1", NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1")).Name);
    }

    [Fact]
    public void Refuses_a_key_that_others_can_read()
    {
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        File.SetUnixFileMode(_folder.At("n", "keys", "log.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refusal = Assert.Throws<KeyFileException>(() => NodeInitializer.Describe(node.ConfigFile));
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_says_what_is_in_a_damaged_key()
    {
        var node = NodeInitializer.Init(_folder.At("n"), new NodeInitOptions("n1"));
        File.WriteAllText(_folder.At("n", "keys", "operator.key"), "deadbeef-not-a-key");
        var refusal = Assert.Throws<KeyFileException>(() => NodeInitializer.Describe(node.ConfigFile));
        Assert.DoesNotContain("deadbeef", refusal.ToString(), StringComparison.Ordinal);
    }
}
