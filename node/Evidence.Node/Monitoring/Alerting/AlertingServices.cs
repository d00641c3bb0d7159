using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting.Delivering;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>What tells people of alerts, in the host.</summary>
internal static class AlertingServices
{
    internal static IServiceCollection AddAlerting(this IServiceCollection services, NodeOptions options)
    {
        var alerts = options.Alerts;
        if (alerts.EscalateAfter is { } after)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<EscalationWatch>(provider, after));
        return services.AddHostedService(provider => new DeliveryWorker(
            provider.GetRequiredService<AlertBook>(), [.. Receivers(options, provider.GetRequiredService<TimeProvider>())], Path.Combine(options.DataFolder, "monitor", "delivered"),
            alerts.ExpireAfter, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DeliveryWorker>>()));
    }

    private static IEnumerable<IAlertReceiver> Receivers(NodeOptions options, TimeProvider time)
    {
        foreach (var webhook in options.Alerts.Webhooks) yield return new WebhookReceiver(webhook, options.Name, options.Origin, WebhookReceiver.Connect(webhook), time);
        if (options.Alerts.Mail is not { } mail) yield break;
        foreach (var receiver in mail.Receivers) yield return new MailReceiver(mail, receiver, options.Name, options.Origin, time);
    }
}
