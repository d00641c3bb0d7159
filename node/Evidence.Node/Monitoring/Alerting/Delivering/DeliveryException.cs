namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>A message is not known to have arrived. The text says why and holds no secret.</summary>
/// <param name="reason">Why, as the end of a sentence.</param>
/// <param name="isRefusal">The receiver took note and does not want this very message; it may want others.</param>
/// <param name="inner">What was thrown, if anything.</param>
internal sealed class DeliveryException(string reason, bool isRefusal = false, Exception? inner = null) : Exception(reason, inner)
{
    internal bool IsRefusal => isRefusal;
}
