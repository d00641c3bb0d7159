using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>Whether those whom trust.json names have vouched for an anchor: the validators by seals, the witnesses by cosignatures.</summary>
internal static class AnchorQuorum
{
    /// <summary>Adds what it finds to <paramref name="list"/>; the time by which the quorum of witnesses had cosigned, when it had.</summary>
    internal static DateTimeOffset? Check(AnchorProof proof, TrustPolicy trust, IReadOnlyList<string> notes, FindingList list)
    {
        if (!trust.Quorum.Seals && trust.Quorum.Witnesses <= 0)
            list.Warning(FindingCodes.QuorumEmpty, "quorum", "trust.json asks for neither seals nor witnesses: nothing would be proven.");
        CheckSeals(trust, list);
        return CheckWitnesses(proof, trust, notes, list);
    }

    private static void CheckSeals(TrustPolicy trust, FindingList list)
    {
        var consensus = trust.Chain.Consensus;
        if (consensus == "none")
        {
            list.Info(FindingCodes.ChainWithoutSeals, "seals", "This chain has no validator seals: anyone could have made the block.");
            list.Ground($"Ledger: chain {trust.Chain.ChainId.ToString(CultureInfo.InvariantCulture)} is a development chain without validator seals; the block's place in it, its time, and the genesis block it goes back to are its own claim.");
        }

        if (trust.Quorum.Seals)
            list.Warning(FindingCodes.SealsUnchecked, "seals", consensus == "none"
                ? "trust.json asks for validator seals, and a chain of consensus 'none' has none."
                : $"trust.json asks for validator seals, and this version cannot check those of '{consensus}'.");
        else if (consensus != "none")
            list.Ground($"Ledger: the validators' seals ({consensus}) were not asked for and not checked.");
    }

    private static DateTimeOffset? CheckWitnesses(AnchorProof proof, TrustPolicy trust, IReadOnlyList<string> notes, FindingList list)
    {
        var readings = Readings(proof, notes);
        var witnesses = readings.Count > 0 ? LogKeys.WitnessesOf(trust, readings[0].Checkpoint.Origin) : [];
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
