using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>What the client says of a part before its bytes.</summary>
/// <param name="Role">What the part is; metadata is made by the node and cannot be sent.</param>
/// <param name="FileName">Original file name, exactly as it was given; empty when none was.</param>
/// <param name="MediaType">Media type; empty when unknown.</param>
/// <param name="Of">Number of the content part (for a signature) or of the signature part (for certificates and timestamps), from 1.</param>
/// <param name="Type">For a signature its kind.</param>
/// <param name="Size">Size in bytes if known beforehand, else 0.</param>
internal sealed record PartHeading(PartRole Role, byte[] FileName, string MediaType, uint Of, string Type, long Size);
