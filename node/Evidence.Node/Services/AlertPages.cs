using System.Globalization;
using Evidence.Node.Access;
using Evidence.Node.Monitoring.Alerting;
using Evidence.V1;
using Grpc.Core;
using Alert = Evidence.Node.Monitoring.Alerting.Alert;

namespace Evidence.Node.Services;

/// <summary>Alerts and their findings in pages, and what a request on them may say.</summary>
internal static class AlertPages
{
    private const int DefaultPage = 100, MaxPage = 1000;

    // Alerts carry findings; a page stays well below what a client takes in one message.
    private const int MaxPageBytes = 1 << 20;

    internal static ListAlertsResponse List(AlertBook alerts, ListAlertsRequest request)
    {
        var (size, before, bytes) = (SizeOf(request.PageSize), long.MaxValue, 0);
        if (request.PageToken.Length != 0 && !long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before)) throw WrongToken();
        var response = new ListAlertsResponse();
        foreach (var alert in alerts.All.Reverse().Where(alert => alert.Number < before && (!request.OpenOnly || alert.IsOpen)))
        {
            if (response.Alerts.Count == size || bytes > MaxPageBytes)
            {
                response.NextPageToken = (alert.Number + 1).ToString(CultureInfo.InvariantCulture);
                break;
            }
            response.Alerts.Add(alert.ToMessage());
            bytes += response.Alerts[^1].CalculateSize();
        }
        return response;
    }

    internal static ListAlertFindingsResponse ListFindings(AlertBook alerts, ListAlertFindingsRequest request)
    {
        var (size, alert) = (SizeOf(request.PageSize), Find(alerts, request.Alert));
        var page = Read(alerts, alert, From(alert, request.PageToken), size);
        var response = new ListAlertFindingsResponse { FindingsTotal = alert.FindingsTotal };
        response.Findings.AddRange(page.Findings.Select(MonitorMessages.ToMessage));
        if (page.Next is { } next) response.NextPageToken = string.Create(CultureInfo.InvariantCulture, $"{alert.Statement}.{next}");
        return response;
    }

    internal static Alert Find(AlertBook alerts, string id) => alerts.Find(id)
        ?? throw new RpcException(new Status(StatusCode.NotFound, $"This node knows no alert '{id}'; ListAlerts names those that it knows. Those that were closed long ago are forgotten."));

    /// <summary>Who says something, and what. Beside the name that is stated stands the one by which the node knows the caller.</summary>
    internal static (string By, string Note) Who(Caller caller, string by, string note)
    {
        var name = Words(by, "by", Monitoring.Alerting.Acknowledgement.MaxName);
        if (!caller.IsAnonymous && name != caller.Name) name = name.Length == 0 ? caller.Name : $"{name} ({caller.Name})";
        return name.Length > 0 ? (name, Words(note, "note", Monitoring.Alerting.Acknowledgement.MaxNote)) : throw Invalid("by is empty: say who you are.");
    }

    /// <summary>A text for people, with no character that would move the cursor of whoever reads it.</summary>
    private static string Words(string text, string field, int most)
    {
        if (text.Length > most) throw Invalid(string.Create(CultureInfo.InvariantCulture, $"{field} has {text.Length} characters: {most} are taken at most."));
        if (text.Any(char.IsControl)) throw Invalid($"{field} has a control character: write plain text on one line.");
        return text.Trim();
    }

    private static RpcException Invalid(string what) => new(new Status(StatusCode.InvalidArgument, what));

    /// <summary>How many a page has at most.</summary>
    internal static int SizeOf(int asked) => asked is > 0 and <= MaxPage ? asked : asked == 0 ? DefaultPage : throw Invalid("page_size is 0 to 1000.");

    private static long From(Alert alert, string token)
    {
        if (token.Length == 0) return 0;
        if (token.Split('.') is not [var statement, var from] || !long.TryParse(statement, NumberStyles.None, CultureInfo.InvariantCulture, out var stated)
            || !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            throw WrongToken();
        return stated == alert.Statement ? at : throw StatedAnew(alert);
    }

    private static FindingsPage Read(AlertBook alerts, Alert alert, long from, int count)
    {
        try
        {
            return alerts.ReadFindings(alert, from, count);
        }
        catch (FileNotFoundException)
        {
            throw StatedAnew(alert); // between the look at the alert and at its file
        }
        catch (FormatException e)
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"The further findings of {alert.Id} cannot be read: {e.Message} The next sweep states them anew."));
        }
    }

    private static RpcException StatedAnew(Alert alert) => new(new Status(StatusCode.Aborted, $"The findings of {alert.Id} were stated anew meanwhile: list them from the beginning."));

    internal static RpcException WrongToken() => Invalid("page_token is not one that this node gave out.");
}
