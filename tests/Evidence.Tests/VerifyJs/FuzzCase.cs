namespace Evidence.Tests.VerifyJs;

/// <summary>A package that both verifiers are given.</summary>
/// <param name="Name">How it was made.</param>
/// <param name="Package">The file.</param>
/// <param name="Trust">trust.json; null for none.</param>
/// <param name="IsSound">Whether nothing was changed, so that it may be found intact.</param>
internal sealed record FuzzCase(string Name, byte[] Package, byte[]? Trust, bool IsSound = false);
