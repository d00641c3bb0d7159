namespace Evidence.Bench.Nodes;

/// <summary>What a node's process used in a run.</summary>
/// <param name="Purpose">What it ran for.</param>
/// <param name="PeakBytes">Most memory it had at any moment (VmHWM).</param>
/// <param name="CpuSeconds">Processor time in user and system mode.</param>
/// <param name="ClientCpuSeconds">Processor time of this process, the client, meanwhile.</param>
/// <param name="Anchored">Whether it anchored on a ledger.</param>
internal sealed record NodeRun(string Purpose, long PeakBytes, double CpuSeconds, double ClientCpuSeconds, bool Anchored);
