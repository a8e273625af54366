"""An operating system in small: tasks, queues and packets (after Martin Richards)."""

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(1, 7)
DEVICE, WORK = range(2)
BUFFER = 4

# Packets queued and packets held; the same in every language it was written in.
RESULTS = {10000: (23246, 9297), 100: (239, 95)}


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.letters = [0] * BUFFER

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, system, ident, priority, queue, running=False):
        self.system = system
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.pending = queue is not None
        self.waiting = not running
        self.holding = False
        system.add(self)

    def blocked(self):
        return self.holding or (self.waiting and not self.pending)

    def add_packet(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            self.pending = True
            if self.priority > sender.priority:
                return self
        else:
            packet.append_to(self.queue)
        return sender

    def take_turn(self):
        packet = None
        if self.waiting and self.pending:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.pending = self.queue is not None
        return self.step(packet)

    def wait(self):
        self.waiting = True
        return self

    def step(self, packet):
        raise NotImplementedError


class Idle(Task):
    def __init__(self, system, count):
        super().__init__(system, IDLE, 0, None, running=True)
        self.control = 1
        self.count = count

    def step(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.system.hold()
        if self.control & 1 == 0:
            self.control //= 2
            return self.system.release(DEVICE_A)
        self.control = self.control // 2 ^ 0xD008
        return self.system.release(DEVICE_B)


class Worker(Task):
    def __init__(self, system, queue):
        super().__init__(system, WORKER, 1000, queue)
        self.destination = HANDLER_A
        self.letter = 0

    def step(self, packet):
        if packet is None:
            return self.wait()
        if self.destination == HANDLER_A:
            self.destination = HANDLER_B
        else:
            self.destination = HANDLER_A
        packet.ident = self.destination
        packet.datum = 0
        for at in range(BUFFER):
            self.letter = self.letter % 26 + 1
            packet.letters[at] = ord("A") + self.letter - 1
        return self.system.send(packet)


class Handler(Task):
    def __init__(self, system, ident, priority, queue):
        super().__init__(system, ident, priority, queue)
        self.work = None
        self.devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK:
                self.work = packet.append_to(self.work)
            else:
                self.devices = packet.append_to(self.devices)
        work = self.work
        if work is None:
            return self.wait()
        if work.datum >= BUFFER:
            self.work = work.link
            return self.system.send(work)
        device = self.devices
        if device is None:
            return self.wait()
        self.devices = device.link
        device.datum = work.letters[work.datum]
        work.datum += 1
        return self.system.send(device)


class Device(Task):
    def __init__(self, system, ident, priority):
        super().__init__(system, ident, priority, None)
        self.packet = None

    def step(self, packet):
        if packet is not None:
            self.packet = packet
            return self.system.hold()
        packet = self.packet
        if packet is None:
            return self.wait()
        self.packet = None
        return self.system.send(packet)


class System:
    def __init__(self):
        self.tasks = {}
        self.order = []
        self.current = None
        self.queued = 0
        self.held = 0

    def add(self, task):
        self.tasks[task.ident] = task
        self.order.insert(0, task)  # the last one made is looked at first

    def hold(self):
        self.held += 1
        self.current.holding = True
        return self.after(self.current)

    def release(self, ident):
        task = self.tasks[ident]
        task.holding = False
        return task if task.priority > self.current.priority else self.current

    def send(self, packet):
        task = self.tasks[packet.ident]
        self.queued += 1
        packet.link = None
        packet.ident = self.current.ident
        return task.add_packet(packet, self.current)

    def after(self, task):
        at = self.order.index(task) + 1
        return self.order[at] if at < len(self.order) else None

    def schedule(self):
        task = self.order[0]
        while task is not None:
            if task.blocked():
                task = self.after(task)
            else:
                self.current = task
                task = task.take_turn()


def packets(ident, kind, count):
    queue = None
    for _ in range(count):
        queue = Packet(queue, ident, kind)
    return queue


def run(size):
    system = System()
    Idle(system, size)
    Worker(system, packets(0, WORK, 2))
    Handler(system, HANDLER_A, 2000, packets(DEVICE_A, DEVICE, 3))
    Handler(system, HANDLER_B, 3000, packets(DEVICE_B, DEVICE, 3))
    Device(system, DEVICE_A, 4000)
    Device(system, DEVICE_B, 5000)
    system.schedule()
    return system.queued, system.held
