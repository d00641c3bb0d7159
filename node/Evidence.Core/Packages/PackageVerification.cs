using System.Security.Cryptography;
using Evidence.Core.Chain;
using Evidence.Core.Packages.Texts;
using Evidence.Core.Packages.Zip;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>One reading of a package, from its first byte to its report.</summary>
internal sealed class PackageVerification : IDisposable
{
    private readonly Stream _zip;
    private readonly TrustPolicy? _trust;
    private readonly long _start;
    private readonly PackageFindings _list;
    private readonly PackageTally _tally;
    private readonly PackageReading _reading;
    private readonly PackageWalk _walk;
    private readonly PaperComparison? _paper;
    private readonly RecordId? _only;
    private readonly PackagedEvents _events;
    private (string? Note, AnchorCheck Check)? _anchor;

    internal PackageVerification(Stream zip, TrustPolicy? trust, PackageQuestion question)
    {
        (_zip, _trust, _start) = (zip, trust, zip.CanSeek ? zip.Position : 0);
        var limits = question.Limits;
        _list = new PackageFindings(limits.MaxFindings);
        _tally = new PackageTally(limits, _list);
        _reading = new PackageReading(_list, limits.MaxRecords, Judge);
        _walk = new PackageWalk(zip, limits, _list, _reading.Accept);
        _paper = question.Paper is { } paper ? new PaperComparison(paper) : null;
        _only = question.Record;
        _events = new PackagedEvents(_list);
    }

    public void Dispose()
    {
        _walk.Dispose();
        _reading.Dispose();
    }

    internal PackageReport Run()
    {
        _walk.Run();
        _reading.Finish(_walk.ReachedDirectory);
        var text = _reading.Derivable is { } facts ? CertificateText.Of(facts) : null;
        _paper?.Finish(text, _walk.ReachedDirectory, _list);
        return Report(text);
    }

    private PackageReport Report(string? text)
    {
        var (container, events) = (OutcomeOf(_list.WorstOfContainer), _events.Count == 0 ? (Outcome?)null : OutcomeOf(_list.WorstOfEvents));
        IEnumerable<string> ground = container == Outcome.Intact ? ["Package: every byte of the file was read and is the one that its members and the format give."] : [];
        return new PackageReport
        {
            Whole = _tally.Whole(container, events),
            Layers = _tally.Layers(container, events),
            Records = _tally.Records,
            Verdicts = _tally.Verdicts,
            Findings = _list.Kept,
            FindingsLeftOut = _list.LeftOut,
            Codes = [.. _list.Codes],
            RestsOn = [.. _tally.Verdicts.Take(1).SelectMany(static verdict => verdict.RestsOn), .. events == Outcome.Intact ? [_events.Ground] : Array.Empty<string>(), .. ground],
            ProvenNoLaterThan = container == Outcome.Intact ? _tally.ProvenNoLaterThan : null,
            TrustSha256 = _trust?.Sha256,
            Anchor = _reading.Anchor,
            CertificateText = text,
        };
    }

    private static Outcome OutcomeOf(Severity worst) => worst switch
    {
        Severity.Error => Outcome.Altered,
        Severity.Warning => Outcome.Undetermined,
        _ => Outcome.Intact,
    };

    private void Judge(RecordReading record, bool complete)
    {
        if (record.IsEvents)
        {
            _events.Judge(record, complete, _reading.LogKeys, _reading.Leaves);
            return;
        }

        _paper?.Look(record, _reading.Anchor);
        if (_only is { } only && record.Record != only) return;
        _tally.Add(RecordVerifier.Verify(EvidenceOf(record, complete), _trust));
    }

    private RecordEvidence EvidenceOf(RecordReading record, bool complete) => new()
    {
        Record = record.Record,
        Seal = record.SealBytes,
        Parts = record.Observe(complete),
        SmallPart = record.SmallPart,
        ContentDigest = _zip.CanSeek ? (name, algorithm) => HashAgain(record.Part(name)!, algorithm) : null,
        LogKeys = _reading.LogKeys,
        Leaf = record.Proof?.Leaf,
        Inclusion = record.Proof?.Hashes,
        CheckpointNote = record.Proof?.CheckpointNote,
        Anchor = _reading.Anchor,
        AnchorCheck = CheckAnchor(),
        Observed = record.SealBytes is null && (record.HasSeal || !complete)
            ? [new Finding(FindingCodes.SealUnreadable, Severity.Warning, Layer.Seal, PackageNames.Seal, "The seal's bytes are not at hand: the package is not readable up to its end, or it is larger than what may be held.")]
            : [],
    };

    /// <summary>
    /// Judged once, with the cosignatures of the stated checkpoint, however many records there are: a record that leads to another checkpoint is a finding by itself, and
    /// must not make the reader judge all of a large anchor again.
    /// </summary>
    private AnchorCheck? CheckAnchor()
    {
        if (_reading.Anchor is not { } anchor) return null;
        if (_anchor is null || _anchor.Value.Note != _reading.Note) _anchor = (_reading.Note, LedgerLayer.Judge(anchor, _trust, _reading.LogKeys, _reading.History, _reading.Note));
        return _anchor.Value.Check;
    }

    private byte[] HashAgain(ReadMember member, HashAlgorithmName algorithm)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = new byte[MemberDigest.BufferSize];
        var back = _zip.Position;
        _zip.Position = _start + member.DataOffset;
        for (var left = member.Size; left > 0;)
        {
            var read = _zip.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) throw new EndOfStreamException("The package became shorter while it was read.");
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        _zip.Position = back;
        return hash.GetHashAndReset();
    }
}
