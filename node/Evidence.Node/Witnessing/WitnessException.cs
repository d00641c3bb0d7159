namespace Evidence.Node.Witnessing;

/// <summary>A witness did not answer, or not in a way that says anything: it is asked again.</summary>
internal class WitnessSilentException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A witness will not cosign.</summary>
internal sealed class WitnessRefusedException(string message) : Exception(message);

/// <summary>A witness holds another history of the log than the log itself: it has cosigned a root that the log contradicts.</summary>
internal sealed class WitnessContradictsException(string message) : Exception(message);
