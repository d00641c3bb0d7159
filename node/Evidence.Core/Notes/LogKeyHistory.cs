using System.Globalization;

namespace Evidence.Core.Notes;

/// <summary>
/// The keys that a log has had, each handed on by a <see cref="RotationNote"/> that verifies. The log stays the one of its first key: its origin and its id on the ledger
/// never change. Whoever trusts any one of the keys may trust the others, since the old and the new key signed every rotation.
/// </summary>
public sealed class LogKeyHistory
{
    private readonly RotationNote[] _rotations;

    /// <summary>The history of a log whose key has never changed.</summary>
    /// <exception cref="ArgumentException">The key is not one that signs checkpoints of a log.</exception>
    public LogKeyHistory(VerifierKey first)
        : this(first, [])
    {
        if (first.Algorithm != VerifierKey.Ed25519Note) throw new ArgumentException($"'{first}' is not the key of a log.", nameof(first));
    }

    private LogKeyHistory(VerifierKey first, RotationNote[] rotations) => (First, _rotations) = (first, rotations);

    /// <summary>The key that the log began with.</summary>
    public VerifierKey First { get; }

    /// <summary>The rotations, oldest first.</summary>
    public IReadOnlyList<RotationNote> Rotations => _rotations;

    /// <summary>The key that signs now.</summary>
    public VerifierKey Current => _rotations is [.., var last] ? last.New : First;

    /// <summary>All keys, oldest first.</summary>
    public IEnumerable<VerifierKey> Keys => _rotations.Select(static rotation => rotation.New).Prepend(First);

    /// <summary>Name of the log.</summary>
    public string Origin => First.Name;

    /// <summary>The log's id on the ledger, for ever that of its first key.</summary>
    public Digest LogId => First.LogId;

    /// <summary>Follows rotations from the first key on.</summary>
    /// <exception cref="FormatException">One does not verify, or does not follow on what stands before it.</exception>
    public static LogKeyHistory Of(VerifierKey first, IEnumerable<RotationNote> rotations) => rotations.Aggregate(new LogKeyHistory(first), static (history, rotation) => history.With(rotation));

    /// <summary>This history and one rotation more.</summary>
    /// <exception cref="FormatException">It does not verify, or does not follow.</exception>
    public LogKeyHistory With(RotationNote rotation) => FaultsOf(rotation) is [var fault, ..]
        ? throw new FormatException($"Rotation {_rotations.Length + 1} of the key of {Origin}: {fault.Message}")
        : new LogKeyHistory(First, [.. _rotations, rotation]);

    /// <summary>Why a rotation may not be the next one; empty when it may.</summary>
    public IReadOnlyList<RotationFault> FaultsOf(RotationNote rotation)
    {
        List<RotationFault> faults = [];
        if (FindBreak(rotation) is { } unlinked) faults.Add(new RotationFault(RotationFaultKind.Unlinked, unlinked));
        foreach (var key in (VerifierKey[])[rotation.Old, rotation.New])
        {
            if (rotation.Note.IsSignedBy(key)) continue;
            faults.Add(rotation.Note.Signatures.Any(signature => signature.KeyId == key.KeyId)
                ? new RotationFault(RotationFaultKind.SignatureWrong, $"the signature of {key} does not verify.")
                : new RotationFault(RotationFaultKind.SignatureMissing, $"{key} has not signed it."));
        }

        return faults;
    }

    /// <summary>Whether the key is or was one of the log's.</summary>
    public bool Holds(VerifierKey key) => Keys.Contains(key);

    /// <summary>The keys that may sign a checkpoint of this size, oldest first: one, or at exactly the size of a rotation both that it names.</summary>
    public IReadOnlyList<VerifierKey> ValidAt(ulong size) => [.. Keys.Where((_, i) => (i == 0 || _rotations[i - 1].Size <= size) && (i == _rotations.Length || size <= _rotations[i].Size))];

    /// <summary>The first key that may sign a checkpoint of this size and has signed the note; null when none has.</summary>
    public VerifierKey? SignerOf(SignedNote note, ulong size) => ValidAt(size).FirstOrDefault(note.IsSignedBy);

    /// <summary>The history as it was when <paramref name="key"/> was its current one.</summary>
    /// <exception cref="ArgumentException">The key is none of its keys.</exception>
    public LogKeyHistory UpTo(VerifierKey key) => Keys.ToList().IndexOf(key) is >= 0 and var count
        ? new LogKeyHistory(First, _rotations[..count])
        : throw new ArgumentException($"The key '{key}' is none of the log's.", nameof(key));

    /// <summary>Whether this history is <paramref name="other"/>, or goes on after it.</summary>
    public bool Extends(LogKeyHistory other) => First.Equals(other.First) && _rotations.Length >= other._rotations.Length
        && _rotations.Zip(other._rotations).All(static pair => pair.First.Encode() == pair.Second.Encode());

    private string? FindBreak(RotationNote rotation)
    {
        if (!rotation.Old.Equals(Current)) return $"it rotates the key {rotation.Old}, and the one before it is {Current}.";
        // By id: two keys of one id could not be told apart in a note.
        if (Keys.Any(key => key.KeyId == rotation.New.KeyId)) return $"the key {rotation.New} came already.";
        return _rotations is [.., var last] && rotation.Size < last.Size
            ? string.Create(CultureInfo.InvariantCulture, $"it is at {rotation.Size} leaves, and the one before it at {last.Size}.")
            : null;
    }
}
