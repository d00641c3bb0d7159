namespace Evidence.Storage.Uploads;

/// <summary>An upload whose state could not be read at the start, so that nobody can go on with it.</summary>
/// <param name="Path">Where its state was.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="IsSetAside">Whether its files have other names now; else they are as they were, and the next start reads them again.</param>
public sealed record UnreadUpload(string Path, string Reason, bool IsSetAside);
