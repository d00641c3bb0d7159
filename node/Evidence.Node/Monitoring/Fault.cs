using Evidence.Core.Verification;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring;

/// <summary>One thing that is wrong, with everything that was found of it and what may heal it.</summary>
/// <param name="Cause">Key of the fault: the same in every sweep that finds it.</param>
/// <param name="Log">Origin of the log; empty for what belongs to none.</param>
/// <param name="Message">One English sentence.</param>
/// <param name="Findings">What was compared and differs.</param>
/// <param name="Remedy">What may heal it.</param>
internal sealed record Fault(string Cause, string Log, string Message, IReadOnlyList<Finding> Findings, Remedy Remedy)
{
    /// <summary>Key of the alert that tells of it.</summary>
    internal string Alert => Causes.AlertOf(Cause, Log);

    internal Severity Severity => Findings.Count == 0 ? Severity.Error : Findings.Max(finding => finding.Severity);
}

/// <summary>What may heal a fault. The order of the kinds is the order of repair: each rests on those before it.</summary>
internal abstract record Remedy(int Order)
{
    /// <summary>Bytes of a volume, from a peer that proves them.</summary>
    internal sealed record VolumeRange(uint Volume, long Offset, long Length) : Remedy(1);

    /// <summary>A whole volume, from a peer.</summary>
    internal sealed record WholeVolume(uint Volume) : Remedy(0);

    /// <summary>Volumes or ends of volumes that this node does not even know of, from a peer.</summary>
    internal sealed record CatchUp : Remedy
    {
        internal CatchUp() : base(2) { }
    }

    /// <summary>The seals of a peer's copy, to find out which leaves were rewritten.</summary>
    internal sealed record CompareWithPeer : Remedy
    {
        internal CompareWithPeer() : base(3) { }
    }

    /// <summary>Tiles and entry bundles, from the volumes.</summary>
    internal sealed record Tiles : Remedy
    {
        internal Tiles() : base(4) { }
    }

    /// <summary>The checkpoint file, from memory.</summary>
    internal sealed record Checkpoint : Remedy
    {
        internal Checkpoint() : base(4) { }
    }

    /// <summary>log.json, from memory.</summary>
    internal sealed record Identity : Remedy
    {
        internal Identity() : base(4) { }
    }

    /// <summary>Files that do not belong where they are go into quarantine.</summary>
    internal sealed record SetAside(IReadOnlyList<string> Paths) : Remedy(5);

    /// <summary>The index, from the volumes.</summary>
    internal sealed record Index : Remedy
    {
        internal Index() : base(6) { }
    }

    /// <summary>Entries of a proof file, from peers or from the ledger.</summary>
    internal sealed record Proofs(ProofKind Kind) : Remedy(7);

    /// <summary>A journal of the monitor, from memory.</summary>
    internal sealed record Rewrite(Journal Journal) : Remedy(8);

    /// <summary>Nothing that this node can do.</summary>
    internal sealed record Nothing : Remedy
    {
        internal Nothing() : base(9) { }
    }
}
