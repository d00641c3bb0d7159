using Evidence.Storage.Durable;

namespace Evidence.Tests.Storage;

/// <summary>Two folders that change places.</summary>
public sealed class FolderExchangeTests
{
    [Fact]
    public void Folders_change_places_in_steps_where_they_cannot_at_once()
    {
        var root = Directory.CreateTempSubdirectory("evidence-exchange-").FullName;
        try
        {
            foreach (var name in (string[])["one", "other"]) File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(root, name)).FullName, "file"), name);
            FolderExchange.InSteps(DiskMedium.Instance, Path.Combine(root, "one"), Path.Combine(root, "other"));
            Assert.Equal("other", File.ReadAllText(Path.Combine(root, "one", "file")));
            Assert.Equal("one", File.ReadAllText(Path.Combine(root, "other", "file")));
            Assert.Equal(2, Directory.GetFileSystemEntries(root).Length);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
