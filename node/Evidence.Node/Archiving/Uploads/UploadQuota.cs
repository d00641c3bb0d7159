using Evidence.Node.Configuration;

namespace Evidence.Node.Archiving.Uploads;

/// <summary>How many bytes are staged, in all and by each submitter, and how many may be. Safe to use from several threads.</summary>
internal sealed class UploadQuota(NodeOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _bySubmitter = new(StringComparer.Ordinal);
    private long _total;

    /// <summary>A claim of no bytes yet.</summary>
    internal UploadClaim Claim(string submitter) => new(this, submitter);

    /// <summary>Adds bytes to what a submitter has staged.</summary>
    /// <param name="submitter">Who.</param>
    /// <param name="bytes">How many more; negative: fewer.</param>
    /// <param name="always">Whether they are there already, so that there is nothing to refuse.</param>
    /// <exception cref="ArchiveRefusedException">That would be more than may be staged.</exception>
    internal void Add(string submitter, long bytes, bool always)
    {
        lock (_lock)
        {
            var own = _bySubmitter.GetValueOrDefault(submitter);
            if (bytes > 0 && !always) Check(submitter, own, bytes);
            _total += bytes;
            if (own + bytes == 0) _bySubmitter.Remove(submitter);
            else _bySubmitter[submitter] = own + bytes;
        }
    }

    private void Check(string submitter, long own, long bytes)
    {
        var (all, each) = (options.Uploads.QuotaBytes, options.Uploads.QuotaBytesPerSubmitter);
        if (own + bytes > each) throw Full($"Unfinished uploads of {submitter} hold {own} bytes, and {bytes} more would pass the quota of {each} for one submitter (uploads.quotaBytesPerSubmitter).");
        if (_total + bytes > all) throw Full($"Unfinished uploads hold {_total} bytes on this node, and {bytes} more would pass its quota of {all} (uploads.quotaBytes).");
    }

    private static ArchiveRefusedException Full(string what) =>
        new(Refusal.NoRoom, $"{what} Finish or delete uploads (evidence uploads), wait until they expire, or have the quota raised.");
}

/// <summary>What one record under way holds of the quota. Disposing gives it back.</summary>
internal sealed class UploadClaim(UploadQuota quota, string submitter) : IDisposable
{
    private long _bytes;

    /// <summary>Claims as many bytes as the record has or has announced.</summary>
    /// <param name="bytes">How many in all.</param>
    /// <param name="always">Whether they are there already.</param>
    /// <exception cref="ArchiveRefusedException">That would be more than may be staged.</exception>
    internal void Reach(long bytes, bool always = false)
    {
        if (bytes <= _bytes) return;
        quota.Add(submitter, bytes - _bytes, always);
        _bytes = bytes;
    }

    public void Dispose()
    {
        quota.Add(submitter, -_bytes, always: true);
        _bytes = 0;
    }
}
