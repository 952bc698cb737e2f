import { burnPrice, raisedBurn } from "./burn.ts";
import { accountOf, credit, type Ledger, type Neuron, neuronOf } from "./ledger.ts";
import { type Outcome, unless } from "./outcome.ts";

/** Pay the burn and give a hotkey a uid: a free one, else that of the neuron that earned least. */
export function register(ledger: Ledger, coldkey: string, hotkey: string): Outcome {
  const { block, parameters, registrations } = ledger;
  const before = registrations.block === block ? registrations.count : 0;
  const price = burnPrice(ledger, block);
  const uid = seat(ledger);
  return unless(
    [
      ["TooManyRegistrationsThisBlock", () => before >= parameters.maxRegistrationsPerBlock],
      ["HotKeyAlreadyRegisteredInSubNet", () => neuronOf(ledger, hotkey) !== null],
      ["NonAssociatedColdKey", () => (ledger.coldkeys[hotkey] ?? coldkey) !== coldkey],
      ["NotEnoughBalanceToStake", () => accountOf(ledger, coldkey).balance < price],
      ["NoNeuronIdAvailable", () => uid === null],
    ],
    () => ({
      ...credit(ledger, coldkey, -price),
      coldkeys: { ...ledger.coldkeys, [hotkey]: coldkey },
      neurons: ledger.neurons.toSpliced(uid ?? 0, 1, newNeuron(hotkey, coldkey, block)),
      burn: raisedBurn(ledger),
      registrations: { block, count: before + 1 },
    }),
  );
}

/**
 * The uid that the next neuron gets: a free one, else that of who earned least, those outside their immunity first;
 * of equals, who registered first. Null when there is nobody but the owner's.
 */
function seat({ neurons, parameters, block, ownerHotkey }: Ledger): number | null {
  if (neurons.length < parameters.maxAllowedUids) return neurons.length;
  const [least] = neurons
    .map(({ hotkey, emission, registeredAt }, uid) => {
      const immune = block - registeredAt < parameters.immunityPeriod ? 1 : 0;
      return { uid, hotkey, emission, registeredAt, immune };
    })
    .filter(({ hotkey }) => hotkey !== ownerHotkey)
    .sort(
      (a, b) =>
        a.immune - b.immune ||
        (a.emission < b.emission ? -1 : a.emission > b.emission ? 1 : 0) ||
        a.registeredAt - b.registeredAt ||
        a.uid - b.uid,
    );
  return least?.uid ?? null;
}

function newNeuron(hotkey: string, coldkey: string, block: number): Neuron {
  return {
    hotkey,
    coldkey,
    registeredAt: block,
    lastUpdate: block,
    axon: null,
    weights: [],
    bonds: [],
    permit: false,
    active: true,
    consensus: 0,
    incentive: 0,
    dividends: 0,
    validatorTrust: 0,
    rank: 0,
    trust: 0,
    emission: 0n,
  };
}
