using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>The numbers of the records that a package has held so far: whoever reads of one record must not be able to mean another.</summary>
internal sealed class RecordNumbers(int limit, PackageFindings list)
{
    // The numbers are the package's to choose, and a hash that can be foreseen would let it make each look-up slow.
    private readonly HashSet<RecordId> _seen = new(EqualityComparer<RecordId>.Create(static (left, right) => left == right, static id => Hash(id)));
    private bool _isFull;

    /// <summary>Notes that a record begins.</summary>
    internal void Add(RecordId record, string member)
    {
        if (_isFull) return;
        if (_seen.Count >= limit && !_seen.Contains(record))
        {
            _isFull = true;
            list.Warning(FindingCodes.PackageTooLarge, member, $"The package has more than the {limit} records whose numbers are compared, so one may come twice.");
        }
        else if (!_seen.Add(record)) list.Error(FindingCodes.PackageUnexpected, member, "A record of this number came already.");
    }

    private static int Hash(RecordId record)
    {
        Span<byte> bytes = stackalloc byte[RecordId.Size];
        record.CopyTo(bytes);
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
