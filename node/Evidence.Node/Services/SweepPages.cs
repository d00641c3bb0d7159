using System.Globalization;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Places;
using Evidence.V1;

namespace Evidence.Node.Services;

/// <summary>The history of sweeps in pages.</summary>
internal sealed class SweepPages(SweepBook sweeps, SweepPlaces places, NodeLogs logs, TimeProvider time)
{
    // Reports carry findings; a page stays well below what a client takes in one message.
    private const int MaxPageBytes = 1 << 20;

    internal ListSweepsResponse List(ListSweepsRequest request)
    {
        var (size, from, bytes) = (AlertPages.SizeOf(request.PageSize), 0, 0);
        if (request.PageToken.Length != 0 && !int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out from)) throw AlertPages.WrongToken();
        var response = new ListSweepsResponse { OldestUncheckedUnixMs = places.OldestUnchecked(logs.All)?.ToUnixTimeMilliseconds() ?? 0 };
        foreach (var sweep in sweeps.All.Reverse().Where(sweep => from == 0 || sweep.Number <= from))
        {
            if (response.Sweeps.Count == size || bytes > MaxPageBytes)
            {
                response.NextPageToken = sweep.Number.ToString(CultureInfo.InvariantCulture);
                break;
            }

            response.Sweeps.Add(sweep.ToMessage(time.GetUtcNow()));
            bytes += response.Sweeps[^1].CalculateSize();
        }

        return response;
    }
}
