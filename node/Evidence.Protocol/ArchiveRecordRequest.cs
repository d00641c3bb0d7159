namespace Evidence.V1;

public sealed partial class ArchiveRecordRequest
{
    /// <summary>Memory that the bytes of the parts lie in; disposed when nobody reads them any more. Null: they are the garbage collector's.</summary>
    public IDisposable? Lease { get; set; }
}
