using Evidence.Core.Trust;

namespace Evidence.Cli.Commands;

/// <summary>The trust.json that a command line names.</summary>
internal static class TrustFile
{
    /// <exception cref="CliException">The file is not there, or is no trust.json.</exception>
    internal static TrustPolicy Read(FileInfo file)
    {
        if (!file.Exists) throw CliException.Usage($"the trust file {file} is not there");
        try
        {
            return TrustPolicyJson.Parse(File.ReadAllBytes(file.FullName));
        }
        catch (FormatException e)
        {
            throw CliException.Usage($"{file}: {e.Message}");
        }
    }
}
