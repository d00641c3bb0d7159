namespace Grpc.Core;

/// <summary>What the four kinds of call objects have in common: the call under way behind them.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> ResponseHeaders { get; }

    Status Status { get; }

    Metadata Trailers { get; }
}
