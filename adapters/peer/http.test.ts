import { httpPeer } from "./http.ts";
import { peerContract } from "./peer.contract.ts";

peerContract((called) => ({ peer: httpPeer(), called }));
