using Evidence.Core.Trust;
using Evidence.Node.Configuration;

namespace Evidence.Node.Verification;

/// <summary>The trust.json that this node judges by, if it has one.</summary>
internal sealed record NodeTrust(TrustPolicy? Policy)
{
    /// <summary>Reads the file of the configuration.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is not a trust.json.</exception>
    internal static NodeTrust Load(string? file)
    {
        if (file is null) return new NodeTrust((TrustPolicy?)null);
        try
        {
            return new NodeTrust(TrustPolicyJson.Parse(File.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, [e.Message]);
        }
    }
}
