namespace Evidence.Network.Demo;

/// <summary>How the demo runs.</summary>
/// <param name="Folder">Folder of all its data; must not exist or be empty.</param>
/// <param name="Keep">Whether the network is left running.</param>
internal sealed record DemoOptions(string Folder, bool Keep)
{
    /// <summary>How many files are archived.</summary>
    internal int Files { get; init; } = 240;

    /// <summary>How many of them have several MB.</summary>
    internal int BigFiles { get; init; } = 4;
}
