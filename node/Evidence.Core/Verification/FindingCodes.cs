namespace Evidence.Core.Verification;

/// <summary>
/// The stable codes of findings: E1xx content, E2xx seal, E3xx signature, E4xx log, E5xx ledger, E6xx storage, E7xx package, E8xx monitor and replication, E9xx event history.
/// Changed, missing, unreadable and unexpected are told apart.
/// </summary>
public static class FindingCodes
{
    /// <summary>A part's bytes differ from the seal.</summary>
    public const string PartChanged = "E101";

    /// <summary>A part that the seal names is not there.</summary>
    public const string PartMissing = "E102";

    /// <summary>A part is there and could not be read.</summary>
    public const string PartUnreadable = "E103";

    /// <summary>A part is there that the seal does not name.</summary>
    public const string PartUnexpected = "E104";

    /// <summary>The seal's bytes are not those that were expected.</summary>
    public const string SealChanged = "E201";

    /// <summary>The seal is not there.</summary>
    public const string SealMissing = "E202";

    /// <summary>The seal could not be read, or is not a seal in canonical form.</summary>
    public const string SealUnreadable = "E203";

    /// <summary>The seal is that of another record.</summary>
    public const string SealUnexpected = "E204";

    /// <summary>The record carries no signature. Stated, not a fault.</summary>
    public const string Unsigned = "E300";

    /// <summary>The signature does not fit the content or the key (HASH_FAILURE, SIG_CRYPTO_FAILURE).</summary>
    public const string SignatureChanged = "E301";

    /// <summary>The signature or what it signs is not at hand.</summary>
    public const string SignatureMissing = "E302";

    /// <summary>The signature could not be processed (FORMAT_FAILURE, or an algorithm that is not supported).</summary>
    public const string SignatureUnreadable = "E303";

    /// <summary>The signature verifies, and its certificate could not be judged, with the sub-indication.</summary>
    public const string SignatureIndeterminate = "E304";

    /// <summary>A signature passed: who signed. For information.</summary>
    public const string SignaturePassed = "E305";

    /// <summary>A content part has no signature while others have. For information.</summary>
    public const string PartUnsigned = "E306";

    /// <summary>A timestamp token is there; this version does not judge it. For information.</summary>
    public const string TimestampNotJudged = "E307";

    /// <summary>The seal is not the leaf that the inclusion proof leads from.</summary>
    public const string LeafChanged = "E401";

    /// <summary>The leaf's index, its inclusion proof or the checkpoint is not there.</summary>
    public const string LogProofMissing = "E402";

    /// <summary>The checkpoint or the inclusion proof could not be read.</summary>
    public const string LogProofUnreadable = "E403";

    /// <summary>The checkpoint is of a log that trust.json does not name.</summary>
    public const string LogUnexpected = "E404";

    /// <summary>The checkpoint's signature does not verify with the log's key.</summary>
    public const string CheckpointSignatureWrong = "E405";

    /// <summary>A tile, an entry bundle or the checkpoint differs from what the seals give.</summary>
    public const string TileChanged = "E406";

    /// <summary>A tile, an entry bundle or the checkpoint is not there.</summary>
    public const string TileMissing = "E407";

    /// <summary>A tile, an entry bundle or the checkpoint is there and could not be read.</summary>
    public const string TileUnreadable = "E408";

    /// <summary>A file is in the log's folder that does not belong there.</summary>
    public const string TileUnexpected = "E409";

    /// <summary>A signature on a rotation of the log's key does not verify.</summary>
    public const string RotationSignatureWrong = "E410";

    /// <summary>A rotation of the log's key is not signed by both the old and the new key.</summary>
    public const string RotationUnsigned = "E411";

    /// <summary>A rotation of the log's key does not follow on what stands before it.</summary>
    public const string RotationUnlinked = "E412";

    /// <summary>The keys that the archive states are not those of the log that the checkpoint is of, that is anchored, or that trust.json names.</summary>
    public const string LogKeysUnexpected = "E413";

    /// <summary>The checkpoint is signed by a key of the log that is not valid at its size.</summary>
    public const string CheckpointKeyOutOfTime = "E414";

    /// <summary>The log was rewritten: its own key has signed a history that contradicts the one that is anchored.</summary>
    public const string LogForked = "E420";

    /// <summary>What is anchored differs from what is in the log, or two parts of the anchor's proof differ from each other.</summary>
    public const string AnchorChanged = "E501";

    /// <summary>Sealed, not yet anchored; or the anchor's proof is not there.</summary>
    public const string AnchorMissing = "E502";

    /// <summary>A part of the anchor's proof could not be read (header, receipt, trie node).</summary>
    public const string AnchorUnreadable = "E503";

    /// <summary>The anchor is of another chain, contract or log than trust.json names.</summary>
    public const string AnchorUnexpected = "E504";

    /// <summary>No trust.json: the ledger cannot be judged.</summary>
    public const string TrustMissing = "E505";

    /// <summary>Fewer witnesses than trust.json asks for have cosigned.</summary>
    public const string WitnessesMissing = "E506";

    /// <summary>A trusted witness's cosignature does not verify.</summary>
    public const string CosignatureWrong = "E507";

    /// <summary>trust.json asks for validator seals, and they could not be checked.</summary>
    public const string SealsUnchecked = "E508";

    /// <summary>The header's hash is not the one that was stated.</summary>
    public const string HeaderChanged = "E509";

    /// <summary>The receipt does not prove against the header's receipts root.</summary>
    public const string ReceiptProofWrong = "E510";

    /// <summary>The inclusion proof is for another tree size than the anchor.</summary>
    public const string AnchorOtherSize = "E511";

    /// <summary>The ledger holds fewer anchors than the node knows of.</summary>
    public const string LedgerLostAnchors = "E512";

    /// <summary>The ledger could not be asked.</summary>
    public const string LedgerUnreachable = "E513";

    /// <summary>This chain has no validator seals. Stated, not a fault.</summary>
    public const string ChainWithoutSeals = "E514";

    /// <summary>trust.json asks for neither seals nor witnesses: nothing would be proven.</summary>
    public const string QuorumEmpty = "E515";

    /// <summary>Fewer validators have sealed the block, or built on it, than its consensus asks for.</summary>
    public const string ValidatorSealsMissing = "E516";

    /// <summary>A validator's seal stands there twice, or again before its turn may come.</summary>
    public const string ValidatorSealDoubled = "E517";

    /// <summary>A seal by somebody whom trust.json does not name as a validator at that height.</summary>
    public const string ValidatorSealUnexpected = "E518";

    /// <summary>The seals, or the extra data that holds them, are malformed.</summary>
    public const string ValidatorSealsUnreadable = "E519";

    /// <summary>A header breaks a rule that its consensus sets for every block.</summary>
    public const string SealingRuleBroken = "E520";

    /// <summary>A header names other validators than trust.json does for its height.</summary>
    public const string ValidatorsDiffer = "E521";

    /// <summary>The history of headers cannot be followed: a header of it cannot be read or does not follow, or the votes cannot be counted from where it begins.</summary>
    public const string HistoryBroken = "E522";

    /// <summary>A header of the history is not sealed as its consensus asks for, by the validators who were in force there; or a change of them is not final.</summary>
    public const string HistoryUnsealed = "E523";

    /// <summary>A header of the history, or trust.json, names other validators than those who follow from the votes.</summary>
    public const string HistoryDiffers = "E524";

    /// <summary>A contract keeps the validators, so that no history of headers proves who they are.</summary>
    public const string ValidatorsInContract = "E525";

    /// <summary>The anchor's block, or one that follows it, is on another chain than the history of headers.</summary>
    public const string HistoryElsewhere = "E526";

    /// <summary>The node's clock is behind the time of a block.</summary>
    public const string ClockBehind = "E527";

    /// <summary>A replica has attested an anchor that the ledger does not list.</summary>
    public const string AttestationUnexpected = "E530";

    /// <summary>Bytes of a volume differ (header, padding, end blocks).</summary>
    public const string VolumeChanged = "E601";

    /// <summary>A volume or a range of it is not there.</summary>
    public const string VolumeMissing = "E602";

    /// <summary>A range of a volume could not be read.</summary>
    public const string VolumeUnreadable = "E603";

    /// <summary>Bytes in a volume, or a file in the data folder, that nothing accounts for.</summary>
    public const string VolumeUnexpected = "E604";

    /// <summary>An index entry differs from what the volumes give.</summary>
    public const string IndexChanged = "E611";

    /// <summary>An index entry is not there.</summary>
    public const string IndexMissing = "E612";

    /// <summary>The index could not be read.</summary>
    public const string IndexUnreadable = "E613";

    /// <summary>An index entry is for something that is not in the volumes.</summary>
    public const string IndexUnexpected = "E614";

    /// <summary>An entry of a proof file differs from its hash chain or its content.</summary>
    public const string ProofFileChanged = "E621";

    /// <summary>A proof file or an entry of it is not there.</summary>
    public const string ProofFileMissing = "E622";

    /// <summary>A proof file could not be read.</summary>
    public const string ProofFileUnreadable = "E623";

    /// <summary>An entry of a proof file that nothing accounts for.</summary>
    public const string ProofFileUnexpected = "E624";

    /// <summary>A member or the structure of the package differs from what its manifest or its format says.</summary>
    public const string PackageChanged = "E701";

    /// <summary>A member that the format asks for is not there, or the file ends too early.</summary>
    public const string PackageMissing = "E702";

    /// <summary>The file or a member is not readable as an evidence package.</summary>
    public const string PackageUnreadable = "E703";

    /// <summary>Something is in the package that the format does not have there.</summary>
    public const string PackageUnexpected = "E704";

    /// <summary>The package is larger than the limits that were set.</summary>
    public const string PackageTooLarge = "E705";

    /// <summary>A text for people in the package (README, statement, certificate) is not the one that the other members give.</summary>
    public const string TextDiffers = "E706";

    /// <summary>The text of a certificate on paper is not that of the package.</summary>
    public const string PaperDiffers = "E707";

    /// <summary>A sweep could not be run or finished.</summary>
    public const string SweepNotRun = "E801";

    /// <summary>A peer answered with something that does not prove.</summary>
    public const string PeerWrong = "E802";

    /// <summary>A peer did not answer.</summary>
    public const string PeerUnreachable = "E803";

    /// <summary>A peer shows another history than the one that is anchored or was seen before.</summary>
    public const string PeerForked = "E804";

    /// <summary>No copy is left that proves: the bytes cannot be repaired.</summary>
    public const string Unrecoverable = "E805";

    /// <summary>Fewer copies are proven than the policy of a fonds asks for.</summary>
    public const string ReplicasTooFew = "E806";

    /// <summary>An event document, or its seal, is not the one that was sealed.</summary>
    public const string EventsChanged = "E901";

    /// <summary>An event document, or a part of it, is not there.</summary>
    public const string EventsMissing = "E902";

    /// <summary>An event document could not be read, or could not be judged.</summary>
    public const string EventsUnreadable = "E903";

    /// <summary>An event document stands where none of its kind belongs: twice, of another log, or beside records that it does not concern.</summary>
    public const string EventsUnexpected = "E904";

    /// <summary>An event document does not name the one before it.</summary>
    public const string EventsUnlinked = "E905";
}
