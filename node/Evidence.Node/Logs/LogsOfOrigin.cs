using Evidence.Core.Notes;
using Evidence.Storage;

namespace Evidence.Node.Logs;

/// <summary>The logs in a data folder that bear the own log's name. There must never be two: others know a log by its origin, and one of two is a fork.</summary>
internal sealed class LogsOfOrigin(string dataFolder, string origin)
{
    private readonly LogKeyHistory[] _logs = [.. LogFolders.KeysIn(dataFolder).Where(keys => keys.Origin == origin)];

    /// <summary>Whether the log that the key began is there.</summary>
    internal bool Begins(VerifierKey key) => _logs.Any(keys => keys.First.Equals(key));

    /// <summary>Why there must be a history of the keys where none is kept, and how to get it back; null when <paramref name="current"/> is the first key.</summary>
    internal string? WhyLost(VerifierKey current, string historyPath)
    {
        if (Others(current) is not [var log, ..] others) return null;
        var owner = others.FirstOrDefault(keys => keys.Keys.Contains(current));
        if (owner is null) return $"is not there, and {NameOf(log)} holds the log {origin}, which was begun with the key {log.First}, not with {current}: restore the keys that are that log's, without them the node would begin another log. {Remains(current)}".TrimEnd(' ', '.');
        var file = Path.Combine(NameOf(owner), LogIdentity.FileName);
        var older = owner.Current.Equals(current) ? "" : $". The key {current} was handed on to {owner.Current}, too: restore that one as log.key";
        return $"is not there, and {file} says that the log's key was handed on: restore it with `cp '{file}' '{historyPath}'`, without it the node would begin another log{older}. {Remains(current)}".TrimEnd(' ', '.');
    }

    /// <summary>Why the own log is not the only one of its origin, and what to do; null when it is.</summary>
    internal string? WhyNotAlone(LogKeyHistory own)
    {
        if (Others(own.First) is not [var log, ..]) return null;
        return IsEmpty(log)
            ? $"is that of the log with the id {own.LogId}, and there is a second log {origin} without records, begun with a later key while log.json was missing: remove it with `rm -r '{NameOf(log)}'`"
            : $"is that of the log with the id {own.LogId}, and {NameOf(log)} holds another log {origin} with records, whose last key is {log.Current}: restore the keys of the one that is to be written, and move the other one's folder away";
    }

    /// <summary>What was begun with a later key holds nothing, and would be the second of its origin.</summary>
    private string Remains(VerifierKey current) =>
        _logs.FirstOrDefault(keys => keys.First.Equals(current)) is { } stray && IsEmpty(stray) ? $"Then remove the log without records that was begun with the later key: `rm -r '{NameOf(stray)}'`" : "";

    private LogKeyHistory[] Others(VerifierKey first) => [.. _logs.Where(keys => !keys.First.Equals(first))];

    private string NameOf(LogKeyHistory keys) => LogFolders.PathOf(dataFolder, keys.First);

    private bool IsEmpty(LogKeyHistory keys)
    {
        var volumes = new DirectoryInfo(Path.Combine(NameOf(keys), "volumes"));
        return !volumes.Exists || !volumes.EnumerateFiles().Any();
    }
}
