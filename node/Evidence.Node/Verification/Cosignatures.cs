using System.Runtime.CompilerServices;
using Evidence.Core.Notes;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Verification;

/// <summary>The cosignatures that are kept of each log's checkpoints, by the checkpoint's text.</summary>
internal sealed class Cosignatures
{
    private readonly ConditionalWeakTable<LogStore, Kept> _kept = [];

    /// <summary>The note with every cosignature of the same checkpoint that is kept.</summary>
    internal SignedNote AddTo(SignedNote note, LogStore log)
    {
        foreach (var signature in Of(note.Text, log))
        {
            if (note.Signatures.Count == SignedNote.MaxSignatures) break;
            note = note.With(signature);
        }
        return note;
    }

    /// <summary>The cosignatures that are kept of a checkpoint.</summary>
    internal IReadOnlyList<NoteSignature> Of(string checkpointText, LogStore log) => _kept.GetOrCreateValue(log).Of(checkpointText, log);

    /// <summary>How many witnesses have cosigned the checkpoint.</summary>
    internal int Count(string checkpointText, LogStore log) =>
        Of(checkpointText, log).DistinctBy(s => (s.Name, s.KeyId)).Count();

    private sealed class Kept
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, List<NoteSignature>> _byText = new(StringComparer.Ordinal);
        private ProofFileState _seen;
        private long _read;

        internal IReadOnlyList<NoteSignature> Of(string text, LogStore log)
        {
            lock (_gate)
            {
                Refresh(log);
                return _byText.TryGetValue(text, out var signatures) ? [.. signatures] : [];
            }
        }

        private void Refresh(LogStore log)
        {
            var state = log.Cosignatures.State;
            if (state == _seen || !File.Exists(log.Cosignatures.Path)) return;
            if (state.Rewrites != _seen.Rewrites || _read != _seen.Count) Forget();
            foreach (var payload in log.Cosignatures.Read(_seen.Count))
            {
                if (TryParse(payload, log.Keys) is not { } entry) continue;
                if (!_byText.TryGetValue(entry.Note.Text, out var signatures)) _byText[entry.Note.Text] = signatures = [];
                if (!signatures.Contains(entry.Witness)) signatures.Add(entry.Witness);
                _read++;
            }
            _seen = state;
        }

        // Entries that could not be read may have been put back by a repair: then all are read again.
        private void Forget()
        {
            _byText.Clear();
            (_seen, _read) = (default, 0);
        }

        private static CosignatureEntry? TryParse(byte[] payload, LogKeyHistory keys)
        {
            try
            {
                return CosignatureEntry.Parse(payload, keys);
            }
            catch (FormatException)
            {
                return null; // the sweep names the entry
            }
        }
    }
}
