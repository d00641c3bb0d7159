namespace Evidence.Core.Seals;

/// <summary>What an archive says of a record. Every member may be empty; what is empty is not written.</summary>
/// <param name="Title">Title (题名).</param>
/// <param name="Fonds">Fonds (全宗).</param>
/// <param name="Series">Series (类别).</param>
/// <param name="FileNumber">File number (档号).</param>
/// <param name="RetentionPeriod">Retention period (保管期限).</param>
/// <param name="SecurityClass">Security class (密级).</param>
/// <param name="Fields">Any further fields by name.</param>
public sealed record RecordDescription(
    string Title,
    string Fonds,
    string Series,
    string FileNumber,
    string RetentionPeriod,
    string SecurityClass,
    IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>A description that says nothing.</summary>
    public static RecordDescription Empty { get; } = new("", "", "", "", "", "", new Dictionary<string, string>());
}
