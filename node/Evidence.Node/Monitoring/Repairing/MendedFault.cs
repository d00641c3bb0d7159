namespace Evidence.Node.Monitoring.Repairing;

/// <summary>A fault against which something was written, until the check that follows has said whether it holds.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Text">What was done and where the bytes came from.</param>
internal sealed record MendedFault(Fault Fault, string Text);
