using System.Security.Cryptography;
using Evidence.Network.Demo;

namespace Evidence.Tests.Network;

public sealed class CorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evidence-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Finds_real_files_of_this_machine_in_a_fixed_order()
    {
        var first = CorpusSearch.Candidates();
        Assert.NotEmpty(first);
        Assert.Equal(first, CorpusSearch.Candidates());
        Assert.All(first, f => Assert.True(File.Exists(f.Path)));
    }

    [Fact]
    public void Takes_each_content_once_and_says_which_files_it_had_to_make()
    {
        var found = Path.Combine(_folder, "found");
        Directory.CreateDirectory(found);
        string[] names = ["a.txt", "b.txt", "c.png"];
        foreach (var name in names) File.WriteAllText(Path.Combine(found, name), name[0] == 'b' ? "content of a" : $"content of {name[0]}");
        var candidates = names.Select(n => new CorpusFile(Path.Combine(found, n), Path.Combine(found, n), n.EndsWith("png", StringComparison.Ordinal) ? CorpusKind.Image : CorpusKind.Text, 12)).ToList();
        var corpus = new CorpusMaker(Path.Combine(_folder, "corpus"), candidates).Make(10, 2);
        Assert.Equal(10, corpus.Count);
        Assert.Equal(2, corpus.Count(f => f.Source is not null));
        Assert.Equal(2, corpus.Count(f => f.Size >= CorpusSearch.Big));
        Assert.Equal(10, corpus.Select(f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.Path)))).Distinct().Count());
    }

    [Fact]
    public void Makes_the_same_files_in_every_run()
    {
        var (first, second) = (Made("one"), Made("two"));
        Assert.Equal(first, second);

        List<string> Made(string name) => [.. new CorpusMaker(Path.Combine(_folder, name), []).Make(3, 1).Select(f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.Path))))];
    }
}
