namespace Evidence.Core.Verification;

/// <summary>What happened when a part was to be read.</summary>
public enum PartState
{
    /// <summary>All its bytes were read.</summary>
    Read,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there, and its bytes could not be read.</summary>
    Unreadable,

    /// <summary>It is there, and the seal does not name it.</summary>
    Unexpected,
}

/// <summary>A part of a record as it was found, by whoever read the bytes just now.</summary>
/// <param name="Name">The member name: c0001, s0001, …</param>
/// <param name="State">Whether it could be read.</param>
/// <param name="Size">Bytes read; 0 when it was not read.</param>
/// <param name="Sha256">SHA-256 of the bytes read; default when it was not read.</param>
public sealed record PartObservation(string Name, PartState State, long Size, Digest Sha256);
