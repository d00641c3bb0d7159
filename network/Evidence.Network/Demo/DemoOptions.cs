namespace Evidence.Network.Demo;

/// <summary>How the demo runs.</summary>
/// <param name="Folder">Folder of all its data; must not exist or be empty.</param>
/// <param name="Keep">Whether the network is left running.</param>
internal sealed record DemoOptions(string Folder, bool Keep);
