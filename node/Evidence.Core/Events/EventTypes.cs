namespace Evidence.Core.Events;

/// <summary>The types of events that this software records, in the words of the PREMIS 3.0 eventType vocabulary where it has one (id.loc.gov/vocabulary/preservation/eventType).</summary>
public static class EventTypes
{
    /// <summary>A record was taken in and sealed. Never recorded by itself: the seal and its leaf say it.</summary>
    public const string Ingestion = "ingestion";

    /// <summary>A checkpoint was anchored on the ledger; PREMIS has no word for it. Never recorded by itself: the anchor's proof says it.</summary>
    public const string Anchoring = "anchoring";

    /// <summary>Every byte was read from the medium and compared. With the outcome failure: what was found damaged.</summary>
    public const string FixityCheck = "fixity check";

    /// <summary>Damaged bytes were replaced by proven ones.</summary>
    public const string Recovery = "recovery";

    /// <summary>Content was read out to somebody.</summary>
    public const string Dissemination = "dissemination";

    /// <summary>The node's configuration was changed in a way that a history has to tell; PREMIS has no word for it.</summary>
    public const string Reconfiguration = "reconfiguration";

    /// <summary>Calls that a node did not let in; PREMIS has no word for it. Concerns no record.</summary>
    public const string RefusedCall = "refused call";

    /// <summary>Says of the recording itself what it could not record; PREMIS has no word for it.</summary>
    public const string Recording = "recording";
}
