import { css, html, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { InstanceInfo, Lab, Topology } from '../../client/api';
import '../topology/picture';
import type { ResplayTopologyPicture } from '../topology/picture';
import { ViewElement, define } from '../view-element';

/** The lab's processes in the middle of a lesson. */
export class ResplayLessonTopology extends ViewElement {
  static override styles = [
    ...ViewElement.styles,
    css`
      :host {
        display: block;
      }
    `,
  ];

  @state() private instances: readonly InstanceInfo[] = [];
  @state() private topology: Topology | undefined;
  @query('resplay-topology-picture') private picture!: ResplayTopologyPicture | null;

  protected labOpened(lab: Lab): void {
    this.instances = lab.instances;
    this.closeLater(lab.on('instances', (instances) => (this.instances = instances)));
    this.closeLater(
      lab.watchTopology((topology) => {
        this.topology = topology;
        this.picture?.show(topology.messages, topology.time.speed);
      }),
    );
  }

  protected override render(): TemplateResult {
    return html`<resplay-topology-picture
      .topology=${this.topology}
      .instances=${this.instances}
    ></resplay-topology-picture>`;
  }
}

define('resplay-lesson-topology', ResplayLessonTopology);

declare global {
  interface HTMLElementTagNameMap {
    'resplay-lesson-topology': ResplayLessonTopology;
  }
}
