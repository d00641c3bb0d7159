namespace Evidence.Core.Verification;

/// <summary>What a finding speaks of. The first five have a verdict of their own.</summary>
public enum Layer
{
    /// <summary>The bytes of the record's parts against the seal.</summary>
    Content,

    /// <summary>The seal itself: canonical form, identity.</summary>
    Seal,

    /// <summary>The signatures over the content, as of the time of sealing.</summary>
    Signature,

    /// <summary>The seal as a leaf of the log, and the log's checkpoint.</summary>
    Log,

    /// <summary>The checkpoint as anchored on the ledger, under the quorum of trust.json.</summary>
    Ledger,

    /// <summary>How the bytes are kept: volumes, index, proof files. Not a layer of a record's verdict.</summary>
    Storage,

    /// <summary>The evidence package as a container. Not a layer of a record's verdict.</summary>
    Package,

    /// <summary>The sealed history of events. Not a layer of a record's verdict.</summary>
    Events,
}
