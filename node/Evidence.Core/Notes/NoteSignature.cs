namespace Evidence.Core.Notes;

/// <summary>One signature line of a signed note (C2SP signed-note). Equal when name, key id and all bytes are.</summary>
/// <param name="Name">Name of the key.</param>
/// <param name="KeyId">Id of the key: together with the name it says which key signed and how.</param>
/// <param name="Value">The signature itself, in the form of the key's algorithm.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Value)
{
    /// <inheritdoc/>
    public bool Equals(NoteSignature? other) =>
        other is not null && Name == other.Name && KeyId == other.KeyId && Value.AsSpan().SequenceEqual(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, KeyId);
}
