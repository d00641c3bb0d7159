namespace Evidence.Core.Trust;

/// <summary>The trust.json that a command line names.</summary>
public static class TrustFile
{
    private const int MaxBytes = 16 << 20;

    /// <exception cref="NamedFileException">The file cannot be read, or has more than 16 MiB.</exception>
    /// <exception cref="FormatException">It is no trust.json; names the file, and what is wrong in it.</exception>
    public static TrustPolicy Read(string path)
    {
        var bytes = NamedFile.Read(path, MaxBytes);
        try
        {
            return TrustPolicyJson.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path} is no trust.json: {e.Message}", e);
        }
    }
}
