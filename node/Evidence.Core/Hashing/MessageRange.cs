namespace Evidence.Core.Hashing;

/// <summary>Where one message lies in a buffer that holds many.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Length in bytes.</param>
public readonly record struct MessageRange(int Offset, int Length);
