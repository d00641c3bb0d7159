namespace Grpc.Core;

/// <summary>How a call ended: a code, a text for people and, only on the side that made it, the exception behind it.</summary>
/// <param name="StatusCode">The code.</param>
/// <param name="Detail">The text that the peer sees.</param>
/// <param name="DebugException">What went wrong on this side; never sent.</param>
public readonly record struct Status(StatusCode StatusCode, string Detail, Exception? DebugException = null)
{
    /// <summary>Success without a text.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled without a text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\"";
        return DebugException is null ? text + ")" : $"{text}, DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
    }
}
