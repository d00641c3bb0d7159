using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Evidence.Node.Configuration;

namespace Evidence.Node.Access;

/// <summary>How many calls one caller may make in a second and at once. Those who are not known are told apart by where they call from.</summary>
internal sealed class CallerLimits : IDisposable
{
    /// <summary>Counts that are kept for all addresses together: whoever has many addresses fills no memory, and at worst shares a count with a stranger.</summary>
    internal const int Addresses = 4096;

    /// <summary>Calls of one method that is open to anyone that may be under way from one address.</summary>
    internal const int PublicAtOnce = 20;

    /// <summary>The same from all addresses together. A stream whose answers nobody reads holds as many bytes as a stream may have on its way, so that this bounds what strangers can have the node hold.</summary>
    internal const int PublicAtOnceInAll = 64;

    private const int NetworkBytes = 8; // of an IPv6 address: the rest is one subscriber's

    private readonly PartitionedRateLimiter<string> _limits;
    private readonly PartitionedRateLimiter<(int Place, string Method)> _public;

    public CallerLimits(NodeOptions options)
    {
        var limits = options.Access.Limits;
        _limits = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<string, string>(key => AtOnce(key, limits.CallsAtOnce)),
            PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => Bucket(limits))));
        _public = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<(int Place, string Method), (int, string)>(key => AtOnce(key, Math.Min(limits.CallsAtOnce, PublicAtOnce))),
            PartitionedRateLimiter.Create<(int Place, string Method), string>(key => AtOnce(key.Method, PublicAtOnceInAll)),
            PartitionedRateLimiter.Create<(int Place, string Method), int>(key => RateLimitPartition.GetTokenBucketLimiter(key.Place, _ => Bucket(limits))));
    }

    /// <summary>Lets a call begin, unless there are too many; the lease is held until it ends.</summary>
    internal RateLimitLease Enter(Caller? caller, IPAddress? from) => _limits.AttemptAcquire(caller is { IsAnonymous: false } ? $"caller {caller.Name}" : $"from {PlaceOf(from)}");

    /// <summary>The same for a method that is open to anyone: who calls it is not asked, and there are fewer of them, method by method, so that one does not keep callers of another out.</summary>
    internal RateLimitLease EnterPublic(string method, IPAddress? from) => _public.AttemptAcquire((PlaceOf(from), method));

    public void Dispose()
    {
        _limits.Dispose();
        _public.Dispose();
    }

    private static RateLimitPartition<T> AtOnce<T>(T key, int most) => RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = most });

    private static TokenBucketRateLimiterOptions Bucket(LimitOptions limits)
    {
        // Ten times a second where that gives whole calls.
        var perPeriod = Math.Max(1, limits.CallsPerSecond / 10);
        return new() { TokenLimit = limits.Burst, TokensPerPeriod = perPeriod, ReplenishmentPeriod = TimeSpan.FromSeconds((double)perPeriod / limits.CallsPerSecond) };
    }

    private static int PlaceOf(IPAddress? address)
    {
        if (address is null) return 0;
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        var hash = new HashCode();
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 && bytes.Length > NetworkBytes ? bytes.AsSpan(0, NetworkBytes) : bytes);
        return (int)((uint)hash.ToHashCode() % Addresses);
    }
}
