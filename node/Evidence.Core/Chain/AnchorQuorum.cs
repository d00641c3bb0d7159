using System.Globalization;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>Whether those whom trust.json names have vouched for an anchor: the validators by seals, the witnesses by cosignatures.</summary>
internal static class AnchorQuorum
{
    /// <summary>The header with which the seals that trust.json asks for are there; null when they are not, or when it asks for none.</summary>
    internal static BlockHeader? CheckSeals(HeaderChain? headers, TrustPolicy trust, ValidatorHistory? history, FindingList list)
    {
        if (!trust.Quorum.Seals && trust.Quorum.Witnesses <= 0)
            list.Warning(FindingCodes.QuorumEmpty, "quorum", "trust.json asks for neither seals nor witnesses: nothing would be proven.");
        var consensus = trust.Chain.Consensus;
        if (consensus == ConsensusNames.None)
        {
            list.Info(FindingCodes.ChainWithoutSeals, "seals", "This chain has no validator seals: anyone could have made the block.");
            list.Ground($"Ledger: chain {trust.Chain.ChainId.ToString(CultureInfo.InvariantCulture)} is a development chain without validator seals; the block's place in it, its time, and the genesis block it goes back to are its own claim.");
        }

        // Without a header there is a finding already.
        if (trust.Quorum.Seals) return headers is null ? null : CheckSeals(headers, trust.Chain, history, list);
        if (consensus != ConsensusNames.None) list.Ground($"Ledger: the validators' seals ({consensus}) were not asked for and not checked.");
        return null;
    }

    private static BlockHeader? CheckSeals(HeaderChain headers, TrustedChain chain, ValidatorHistory? history, FindingList list)
    {
        var sealedBy = SealCheck.Run(headers, chain, list, history);
        if (sealedBy is not null)
            list.Ground($"Ledger: no header states its chain. That this block is of chain {chain.ChainId.ToString(CultureInfo.InvariantCulture)} with genesis {chain.Genesis} rests on these keys having sealed for no other chain.");
        return sealedBy;
    }

    /// <summary>Adds what it finds to <paramref name="list"/>; the time by which the quorum of witnesses had cosigned, when it had.</summary>
    internal static DateTimeOffset? CheckWitnesses(AnchorProof proof, TrustPolicy trust, StatedLogKeys? keys, IReadOnlyList<string> notes, FindingList list)
    {
        var readings = Readings(proof, notes);
        var witnesses = readings.Count > 0 ? LogKeys.WitnessesOf(trust, readings[0].Checkpoint.Origin, keys) : [];
        var cosigned = witnesses.Select(key => (Key: key, At: CosignedAt(key, readings, list))).Where(static entry => entry.At is not null).OrderBy(static entry => entry.At).ToList();
        var names = string.Join(", ", cosigned.Select(static entry => entry.Key.Name));
        var needed = trust.Quorum.Witnesses;
        if (cosigned.Count > 0) list.Ground($"Ledger: {Number(cosigned.Count)} witnesses that trust.json names have cosigned the anchored checkpoint ({names}); {Number(needed)} are asked for.");
        if (cosigned.Count < needed)
        {
            list.Warning(FindingCodes.WitnessesMissing, "witnesses", "Fewer witnesses have cosigned the anchored checkpoint than trust.json asks for.", Number(needed), $"{Number(cosigned.Count)}{(names.Length > 0 ? $" ({names})" : "")}");
            return null;
        }

        return needed > 0 ? cosigned[needed - 1].At : null;
    }

    /// <summary>The notes over exactly the checkpoint that is anchored. A note over anything else says nothing here.</summary>
    private static List<CheckpointReading> Readings(AnchorProof proof, IReadOnlyList<string> notes)
    {
        var unread = new FindingList(Layer.Ledger);
        var all = notes.Prepend(proof.Checkpoint).Select(note => CheckpointReading.TryRead(note, unread, FindingCodes.AnchorUnreadable)).OfType<CheckpointReading>().ToList();
        return all.FindAll(reading => reading.Checkpoint.Size == proof.Size && reading.Checkpoint.Root == proof.Root && reading.Note.Text == all[0].Note.Text);
    }

    /// <summary>The earliest time at which the witness says that it cosigned; null when it did not. One that does not verify is an error, not an absence.</summary>
    private static DateTimeOffset? CosignedAt(VerifierKey witness, List<CheckpointReading> readings, FindingList list)
    {
        DateTimeOffset? earliest = null;
        foreach (var reading in readings.Where(reading => reading.Bears(witness)))
        {
            if (reading.Note.CosignedAt(witness) is not { } at) list.Error(FindingCodes.CosignatureWrong, witness.Name, "The witness's cosignature does not verify over the anchored checkpoint.");
            else if (earliest is null || at < earliest) earliest = at;
        }

        return earliest;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
