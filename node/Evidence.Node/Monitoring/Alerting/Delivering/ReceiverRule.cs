using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Which alerts a receiver hears of.</summary>
/// <param name="Least">The least weight of an alert.</param>
/// <param name="OnlyEscalated">Only of alerts that nobody had acknowledged in time.</param>
internal sealed record ReceiverRule(Severity Least, bool OnlyEscalated)
{
    internal bool Covers(Alert alert) => alert.Weight >= Least && (!OnlyEscalated || alert.Escalations > 0);
}
