using System.Text;
using Evidence.Tests.Package;

namespace Evidence.Tests.VerifyJs;

/// <summary>Packages at the edges of what the format can say.</summary>
internal static class AwkwardPackages
{
    internal static IReadOnlyList<FuzzCase> All { get; } =
    [
        WithCheckpointOf("9007199254740991"), WithCheckpointOf("9007199254740992"), WithCheckpointOf("1152921504606846977"), WithCheckpointOf("18446744073709551615"), WithCheckpointOf("18446744073709551616"),
        With("anchors/4.json", "anchors/18446744073709551615.json"), With("anchors/4.json", "anchors/18446744073709551616.json"), With("anchors/4.json", "anchors/04.json"),
    ];

    /// <summary>No size of a checkpoint may be too large to be spoken of.</summary>
    private static FuzzCase WithCheckpointOf(string leaves) =>
        Forged($"a checkpoint of {leaves} leaves", static name => name, (name, bytes) => name.EndsWith("-proof", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\n4\n", $"\n{leaves}\n", StringComparison.Ordinal)) : bytes);

    private static FuzzCase With(string name, string other) => Forged(other, found => found == name ? other : found, static (_, bytes) => bytes);

    private static FuzzCase Forged(string how, Func<string, string> rename, Func<string, byte[], byte[]> change)
    {
        var sound = SoundPackages.All[0];
        return new FuzzCase(how, PackageForge.Fitted(PackageForge.Members(sound.Package).Select(member => (rename(member.Name), change(member.Name, member.Bytes)))), sound.Trust);
    }
}
